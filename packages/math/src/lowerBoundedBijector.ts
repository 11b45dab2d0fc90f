import type { Bijector } from "./bijector.ts";

/**
 * x = lower + exp(u), `size` times; log-Jacobian Σu. Where exp(u) underflows or is lost next to a large `lower`, x is
 * the bound itself, off the open support: the density then says so, nothing is clamped.
 */
export function lowerBoundedBijector(lower: number, size: number): Bijector {
  return {
    unconstrainedSize: size,
    constrainedSize: size,
    constrain(u, x) {
      let logJacobian = 0;
      for (let i = 0; i < size; i++) {
        x[i] = lower + Math.exp(u[i]);
        logJacobian += u[i];
      }
      return logJacobian;
    },
    pullback(u, _x, xGradient, uGradient) {
      // exp(u) again, because x - lower has lost its digits when x is near the bound.
      for (let i = 0; i < size; i++) uGradient[i] += xGradient[i] * Math.exp(u[i]) + 1;
    },
    unconstrain(x, u) {
      for (let i = 0; i < size; i++) u[i] = Math.log(x[i] - lower);
    },
  };
}
