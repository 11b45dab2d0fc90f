/** The mean of all draws of all chains, summed as differences from the first: exact for constants. NaN without draws. */
export function mean(chains: readonly Float64Array[]): number {
  const origin = chains.length === 0 ? NaN : chains[0][0];
  let sum = 0;
  let count = 0;
  for (const chain of chains) {
    for (let i = 0; i < chain.length; i++) sum += chain[i] - origin;
    count += chain.length;
  }
  return origin + sum / count;
}

/** The sample variance (divisor count - 1) of all draws of all chains together. */
export function variance(chains: readonly Float64Array[]): number {
  const center = mean(chains);
  let sum = 0;
  let count = 0;
  for (const chain of chains) {
    for (let i = 0; i < chain.length; i++) sum += (chain[i] - center) ** 2;
    count += chain.length;
  }
  return sum / (count - 1);
}
