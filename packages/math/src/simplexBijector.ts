import type { Bijector } from "./bijector.ts";

/**
 * Additive log-ratios, R^(size-1) onto the simplex of `size` positive shares with sum 1, `count` times: x = softmax(u, 0).
 * The density is with respect to the first size - 1 shares; log-Jacobian Σ log x (Aitchison 1986, "The statistical
 * analysis of compositional data", §5 and §6).
 */
export function simplexBijector(size: number, count = 1): Bijector {
  const free = size - 1;
  return {
    unconstrainedSize: free * count,
    constrainedSize: size * count,
    constrain(u, x) {
      let logJacobian = 0;
      for (let c = 0; c < count; c++) logJacobian += softmaxWithZero(u, c * free, free, x, c * size);
      return logJacobian;
    },
    pullback(_u, x, xGradient, uGradient) {
      for (let c = 0; c < count; c++) {
        const first = c * size;
        let mean = 0;
        for (let i = first; i < first + size; i++) mean += x[i] * xGradient[i];
        for (let i = 0; i < free; i++) {
          const share = x[first + i];
          uGradient[c * free + i] += share * (xGradient[first + i] - mean) + 1 - size * share;
        }
      }
    },
    unconstrain(x, u) {
      for (let c = 0; c < count; c++) {
        const first = c * size;
        for (let i = 0; i < free; i++) u[c * free + i] = Math.log(x[first + i] / x[first + free]);
      }
    },
  };
}

/** Writes softmax(u, 0) of one point; returns the sum of its logarithms. */
function softmaxWithZero(u: Float64Array, uStart: number, free: number, x: Float64Array, xStart: number): number {
  const logTotal = logSumExpWithZero(u, uStart, free);
  let logSum = -logTotal;
  for (let i = 0; i < free; i++) {
    const logShare = u[uStart + i] - logTotal;
    x[xStart + i] = Math.exp(logShare);
    logSum += logShare;
  }
  x[xStart + free] = Math.exp(-logTotal);
  return logSum;
}

/** log(1 + Σ exp(u)), shifted by the largest term so that nothing overflows. */
function logSumExpWithZero(u: Float64Array, start: number, count: number): number {
  let largest = 0;
  for (let i = start; i < start + count; i++) largest = Math.max(largest, u[i]);
  let sum = Math.exp(-largest);
  for (let i = start; i < start + count; i++) sum += Math.exp(u[i] - largest);
  return largest + Math.log(sum);
}
