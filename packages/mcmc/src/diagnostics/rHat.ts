import { isDegenerate } from "./isDegenerate.ts";
import { mean, variance } from "./moments.ts";
import { quantileOfSorted, sortedDraws } from "./quantile.ts";
import { rankNormalize } from "./rankNormalize.ts";
import { splitChains } from "./splitChains.ts";

/**
 * Rank-normalised split R-hat: the larger of the bulk one (location) and the folded one (scale) (Vehtari et al. 2021,
 * arXiv:1903.08008, §4.1–4.2). One chain is enough, because it is split. Chains have equal lengths; near 1 is
 * good, above 1.01 is not. Infinity when every half-chain is constant but they differ; NaN as `isDegenerate` says.
 */
export function rHat(chains: readonly Float64Array[]): number {
  if (isDegenerate(chains)) return NaN;
  const halves = splitChains(chains);
  const median = quantileOfSorted(sortedDraws(halves), 0.5);
  const folded = halves.map((half) => half.map((draw) => Math.abs(draw - median)));
  const bulk = plainRHat(rankNormalize(halves));
  const tail = plainRHat(rankNormalize(folded));
  // Folding makes two values at equal distances from the median constant: then only the bulk speaks.
  return Number.isNaN(tail) ? bulk : Math.max(bulk, tail);
}

/** √(estimated total variance / within-chain variance). */
function plainRHat(chains: readonly Float64Array[]): number {
  const length = chains[0].length;
  const within = mean([Float64Array.from(chains, (chain) => variance([chain]))]);
  const between = length * variance([Float64Array.from(chains, (chain) => mean([chain]))]);
  return Math.sqrt((between / within + length - 1) / length);
}
