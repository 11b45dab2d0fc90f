import { standardNormalQuantile } from "@poolish/math";

/**
 * The normal scores of values by their ranks; equal values share their mean rank. A monotone function of a column leaves
 * what a classifier can tell unchanged, and heavy tails no longer set the scale. Fresh.
 */
export function normalScores(values: Float64Array): Float64Array {
  const order = Int32Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const scores = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    const score = standardNormalQuantile((start + end) / 2 / order.length);
    for (let i = start; i < end; i++) scores[order[i]] = score;
    start = end;
  }
  return scores;
}
