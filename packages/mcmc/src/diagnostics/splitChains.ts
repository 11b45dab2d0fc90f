/** Both halves of each chain, so that a chain that drifts disagrees with itself; the middle draw of an odd length is dropped. */
export function splitChains(chains: readonly Float64Array[]): Float64Array[] {
  return chains.flatMap((chain) => {
    const half = chain.length >> 1;
    return [chain.subarray(0, half), chain.subarray(chain.length - half)];
  });
}
