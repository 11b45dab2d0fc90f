import type { Rng } from "@poolish/core";

/**
 * `count` indices in ascending order, index i about count · weights[i] times, never off by two or more: stratified
 * resampling (Kitagawa 1996, appendix), which draws a point from each of `count` equal shares of the total weight. Not
 * systematic resampling: its points are equidistant, and get into step with proposals that take turns. The weights add
 * up to 1 but for rounding.
 */
export function resample(rng: Rng, weights: Float64Array, count: number): Int32Array {
  const indices = new Int32Array(count);
  let index = 0;
  let cumulative = weights[0];
  let lastPositive = 0;
  for (let i = 0; i < count; i++) {
    const point = i + rng.uniform();
    while (cumulative * count <= point && index < weights.length - 1) cumulative += weights[++index];
    // Rounding may lead past the last positive weight; an index of weight 0 must not come back.
    if (weights[index] > 0) lastPositive = index;
    indices[i] = lastPositive;
  }
  return indices;
}
