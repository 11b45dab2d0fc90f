/**
 * The `probability` quantile of ascending `sorted` by linear interpolation (type 7 of Hyndman & Fan 1996; the default
 * of numpy and R). Empty input gives NaN.
 */
export function quantileOfSorted(sorted: Float64Array, probability: number): number {
  if (sorted.length === 0) return NaN;
  const place = probability * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/** All draws of all chains, ascending. */
export function sortedDraws(chains: readonly Float64Array[]): Float64Array {
  const numDraws = chains.reduce((sum, chain) => sum + chain.length, 0);
  const all = new Float64Array(numDraws);
  let offset = 0;
  for (const chain of chains) {
    all.set(chain, offset);
    offset += chain.length;
  }
  return all.sort();
}
