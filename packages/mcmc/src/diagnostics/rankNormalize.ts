import { standardNormalQuantile } from "@poolish/math";

/**
 * Replaces each draw by the normal quantile of its fractional rank among all draws of all chains, ties by the average
 * rank: Φ⁻¹((rank - 3/8) / (count + 1/4)) (Vehtari et al. 2021, arXiv:1903.08008, §4.1). Draws must not be NaN.
 */
export function rankNormalize(chains: readonly Float64Array[]): Float64Array[] {
  const length = chains.length === 0 ? 0 : chains[0].length;
  const all = new Float64Array(chains.length * length);
  for (let c = 0; c < chains.length; c++) all.set(chains[c], c * length);
  const scores = normalScores(all);
  return chains.map((_, c) => scores.subarray(c * length, (c + 1) * length));
}

function normalScores(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const scores = new Float64Array(values.length);
  let start = 0;
  while (start < order.length) {
    let end = start + 1;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    const averageRank = (start + 1 + end) / 2;
    const score = standardNormalQuantile((averageRank - 3 / 8) / (values.length + 1 / 4));
    for (let i = start; i < end; i++) scores[order[i]] = score;
    start = end;
  }
  return scores;
}
