import type { Bijector } from "@poolish/math";

/** Bijectors side by side: each has its own part of u and x, in order. */
export function bijectorsInTurn(parts: readonly Bijector[]): Bijector {
  const starts = parts.map((_, i) => ({
    u: sum(parts.slice(0, i).map(({ unconstrainedSize }) => unconstrainedSize)),
    x: sum(parts.slice(0, i).map(({ constrainedSize }) => constrainedSize)),
  }));
  const ofU = (values: Float64Array, i: number) =>
    values.subarray(starts[i].u, starts[i].u + parts[i].unconstrainedSize);
  const ofX = (values: Float64Array, i: number) => values.subarray(starts[i].x, starts[i].x + parts[i].constrainedSize);
  return {
    unconstrainedSize: sum(parts.map(({ unconstrainedSize }) => unconstrainedSize)),
    constrainedSize: sum(parts.map(({ constrainedSize }) => constrainedSize)),
    constrain: (u, x) => sum(parts.map((part, i) => part.constrain(ofU(u, i), ofX(x, i)))),
    unconstrain(x, u) {
      for (let i = 0; i < parts.length; i++) parts[i].unconstrain(ofX(x, i), ofU(u, i));
    },
    pullback(u, x, xGradient, uGradient) {
      for (let i = 0; i < parts.length; i++) {
        parts[i].pullback(ofU(u, i), ofX(x, i), ofX(xGradient, i), ofU(uGradient, i));
      }
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
