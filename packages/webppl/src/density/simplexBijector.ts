import type { Bijector } from "@poolish/math";

/**
 * Additive log-ratios, R^(size-1) onto the simplex of `size` positive shares with sum 1: x = softmax(u, 0). The density
 * is with respect to the first size - 1 shares; log-Jacobian Σ log x (Aitchison 1986, "The statistical analysis of
 * compositional data", §5 and §6).
 */
export function simplexBijector(size: number): Bijector {
  const free = size - 1;
  return {
    unconstrainedSize: free,
    constrainedSize: size,
    constrain(u, x) {
      const logTotal = logSumExpWithZero(u, free);
      let logJacobian = -logTotal;
      for (let i = 0; i < free; i++) {
        x[i] = Math.exp(u[i] - logTotal);
        logJacobian += u[i] - logTotal;
      }
      x[free] = Math.exp(-logTotal);
      return logJacobian;
    },
    pullback(_u, x, xGradient, uGradient) {
      let mean = 0;
      for (let i = 0; i < size; i++) mean += x[i] * xGradient[i];
      for (let i = 0; i < free; i++) uGradient[i] += x[i] * (xGradient[i] - mean) + 1 - size * x[i];
    },
    unconstrain(x, u) {
      for (let i = 0; i < free; i++) u[i] = Math.log(x[i] / x[free]);
    },
  };
}

/** log(1 + Σ exp(u)), shifted by the largest term so that nothing overflows. */
function logSumExpWithZero(u: Float64Array, count: number): number {
  let largest = 0;
  for (let i = 0; i < count; i++) largest = Math.max(largest, u[i]);
  let sum = Math.exp(-largest);
  for (let i = 0; i < count; i++) sum += Math.exp(u[i] - largest);
  return largest + Math.log(sum);
}
