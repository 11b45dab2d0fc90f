import type { Bijector } from "./bijector.ts";

/**
 * R^size onto increasing vectors, `count` times: x_1 = u_1, x_k = x_(k-1) + exp(u_k); log-Jacobian Σ_(k>1) u_k (Stan
 * Reference Manual, "Ordered vector"). A step too small to change the double leaves equal neighbours.
 */
export function orderedBijector(size: number, count = 1): Bijector {
  return {
    unconstrainedSize: size * count,
    constrainedSize: size * count,
    constrain(u, x) {
      let logJacobian = 0;
      for (let start = 0; start < size * count; start += size) {
        x[start] = u[start];
        for (let i = start + 1; i < start + size; i++) {
          x[i] = x[i - 1] + Math.exp(u[i]);
          logJacobian += u[i];
        }
      }
      return logJacobian;
    },
    pullback(u, _x, xGradient, uGradient) {
      for (let start = 0; start < size * count; start += size) {
        let fromHere = 0;
        for (let i = start + size - 1; i > start; i--) {
          fromHere += xGradient[i];
          uGradient[i] += fromHere * Math.exp(u[i]) + 1;
        }
        uGradient[start] += fromHere + xGradient[start];
      }
    },
    unconstrain(x, u) {
      for (let start = 0; start < size * count; start += size) {
        u[start] = x[start];
        for (let i = start + 1; i < start + size; i++) u[i] = Math.log(x[i] - x[i - 1]);
      }
    },
  };
}
