/** The shortest chain that can be split and still has a variance in each half. */
const MIN_DRAWS = 4;

/**
 * True when no diagnostic has a meaning: no chains, fewer than 4 draws a chain, any value that is not finite, or all
 * draws equal. Every diagnostic of this package is NaN then (as in the R package posterior; ArviZ calls the ESS of a
 * constant the number of draws, which would give a stuck sampler full marks).
 * @throws Error when the chains differ in length (a bug of the caller).
 */
export function isDegenerate(chains: readonly Float64Array[]): boolean {
  if (chains.length === 0) return true;
  const first = chains[0][0];
  let isConstant = true;
  for (const chain of chains) {
    if (chain.length !== chains[0].length) throw new Error("chains must have equal lengths");
    for (let i = 0; i < chain.length; i++) {
      if (!Number.isFinite(chain[i])) return true;
      if (chain[i] !== first) isConstant = false;
    }
  }
  return isConstant || chains[0].length < MIN_DRAWS;
}
