import type { Bijector } from "./bijector.ts";

/** x = upper - exp(u), `size` times; log-Jacobian Σu. Falls in u; see `lowerBoundedBijector` about the bound. */
export function upperBoundedBijector(upper: number, size: number): Bijector {
  return {
    unconstrainedSize: size,
    constrainedSize: size,
    constrain(u, x) {
      let logJacobian = 0;
      for (let i = 0; i < size; i++) {
        x[i] = upper - Math.exp(u[i]);
        logJacobian += u[i];
      }
      return logJacobian;
    },
    pullback(u, _x, xGradient, uGradient) {
      for (let i = 0; i < size; i++) uGradient[i] += 1 - xGradient[i] * Math.exp(u[i]);
    },
    unconstrain(x, u) {
      for (let i = 0; i < size; i++) u[i] = Math.log(upper - x[i]);
    },
  };
}
