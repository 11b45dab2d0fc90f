import type { Bijector } from "./bijector.ts";
import { logistic } from "./logistic.ts";

/**
 * x = lower + (upper - lower) logistic(u), `size` times, for finite bounds. The log-Jacobian
 * Σ log(upper - lower) - |u| - 2 log(1 + exp(-|u|)) stays exact where x has rounded to a bound.
 */
export function intervalBijector(lower: number, upper: number, size: number): Bijector {
  const width = upper - lower;
  const logWidth = Math.log(width);
  return {
    unconstrainedSize: size,
    constrainedSize: size,
    constrain(u, x) {
      let logJacobian = size * logWidth;
      for (let i = 0; i < size; i++) {
        const distance = Math.abs(u[i]);
        const e = Math.exp(-distance);
        const share = e / (1 + e); // of the way from the nearer bound
        x[i] = u[i] < 0 ? lower + width * share : upper - width * share;
        logJacobian -= distance + 2 * Math.log1p(e);
      }
      return logJacobian;
    },
    pullback(u, _x, xGradient, uGradient) {
      for (let i = 0; i < size; i++) {
        const below = logistic(u[i]);
        const above = logistic(-u[i]);
        uGradient[i] += xGradient[i] * width * below * above + above - below;
      }
    },
    unconstrain(x, u) {
      for (let i = 0; i < size; i++) u[i] = Math.log((x[i] - lower) / (upper - x[i]));
    },
  };
}
