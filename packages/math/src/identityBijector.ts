import type { Bijector } from "./bijector.ts";

/** The identity on R^size. */
export function identityBijector(size: number): Bijector {
  return {
    unconstrainedSize: size,
    constrainedSize: size,
    constrain(u, x) {
      for (let i = 0; i < size; i++) x[i] = u[i];
      return 0;
    },
    pullback(_u, _x, xGradient, uGradient) {
      for (let i = 0; i < size; i++) uGradient[i] += xGradient[i];
    },
    unconstrain(x, u) {
      for (let i = 0; i < size; i++) u[i] = x[i];
    },
  };
}
