import type { Rng } from "@poolish/core";

/**
 * `count` indices in ascending order, index i about count · weights[i] times, never off by one or more: systematic
 * resampling (Carpenter, Clifford & Fearnhead 1999). The weights add up to 1 but for rounding.
 */
export function resample(rng: Rng, weights: Float64Array, count: number): Int32Array {
  const indices = new Int32Array(count);
  const offset = rng.uniform();
  let index = 0;
  let cumulative = weights[0];
  let lastPositive = 0;
  for (let i = 0; i < count; i++) {
    while (cumulative * count <= i + offset && index < weights.length - 1) cumulative += weights[++index];
    // Rounding may lead past the last positive weight; an index of weight 0 must not come back.
    if (weights[index] > 0) lastPositive = index;
    indices[i] = lastPositive;
  }
  return indices;
}
