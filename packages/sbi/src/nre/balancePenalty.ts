import { logistic } from "@poolish/math";

/**
 * λ (mean d(own) + mean d(contrasts) − 1)² with d = r / (1 + r), the balancing condition of Delaunoy et al. (2022, eq. 4):
 * ADDS its derivatives to `gradient`. Both arrays hold, for each of `count` simulations, the own θ and K contrasts.
 */
export function balancePenalty(
  lambda: number,
  logRatios: Float64Array,
  count: number,
  K: number,
  gradient: Float64Array,
): number {
  let excess = -1;
  for (let i = 0; i < count; i++) {
    const at = i * (K + 1);
    excess += logistic(logRatios[at]) / count;
    for (let k = 1; k <= K; k++) excess += logistic(logRatios[at + k]) / (count * K);
  }
  const slope = 2 * lambda * excess;
  for (let i = 0; i < count; i++) {
    for (let k = 0; k <= K; k++) {
      const at = i * (K + 1) + k;
      const d = logistic(logRatios[at]);
      gradient[at] += (slope * d * (1 - d)) / (count * (k === 0 ? 1 : K));
    }
  }
  return lambda * excess * excess;
}
