import { standardNormalQuantile } from "@poolish/math";
import { ascendingOrder } from "./ascendingOrder.ts";

/** The normal scores of draws, chain by chain, and all draws in ascending order. */
export interface RankedDraws {
  readonly scores: readonly Float64Array[];
  readonly sorted: Float64Array;
}

/**
 * Replaces each draw by the normal quantile of its fractional rank among all draws of all chains, ties by the average
 * rank: Φ⁻¹((rank - 3/8) / (count + 1/4)) (Vehtari et al. 2021, arXiv:1903.08008, §4.1). Draws must not be NaN.
 */
export function rankNormalize(chains: readonly Float64Array[]): RankedDraws {
  const length = chains.length === 0 ? 0 : chains[0].length;
  const all = new Float64Array(chains.length * length);
  for (let c = 0; c < chains.length; c++) all.set(chains[c], c * length);
  const order = ascendingOrder(all);
  const sorted = new Float64Array(all.length);
  for (let i = 0; i < order.length; i++) sorted[i] = all[order[i]];
  const scores = normalScores(sorted, order);
  return { scores: chains.map((_, c) => scores.subarray(c * length, (c + 1) * length)), sorted };
}

function normalScores(sorted: Float64Array, order: Uint32Array): Float64Array {
  const count = sorted.length;
  const scores = new Float64Array(count);
  for (let start = 0, end = 0; start < count; start = end) {
    while (end < count && sorted[end] === sorted[start]) end++;
    const averageRank = (start + 1 + end) / 2;
    const score = standardNormalQuantile((averageRank - 3 / 8) / (count + 1 / 4));
    for (let i = start; i < end; i++) scores[order[i]] = score;
  }
  return scores;
}
