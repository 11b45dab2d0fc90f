import { isDegenerate } from "./isDegenerate.ts";
import { mean, variance } from "./moments.ts";
import { quantileOfSorted } from "./quantile.ts";
import { type RankedDraws, rankNormalize } from "./rankNormalize.ts";
import { splitChains } from "./splitChains.ts";

/**
 * Rank-normalised split R-hat: the larger of the bulk one (location) and the folded one (scale) (Vehtari et al. 2021,
 * arXiv:1903.08008, §4.1–4.2). One chain is enough, because it is split. Chains have equal lengths; near 1 is
 * good, above 1.01 is not. Infinity when every half-chain is constant but they differ; NaN as `isDegenerate` says.
 */
export function rHat(chains: readonly Float64Array[]): number {
  if (isDegenerate(chains)) return NaN;
  const halves = splitChains(chains);
  return rHatOfHalves(halves, rankNormalize(halves));
}

/** The same for chains that are split and ranked already, and not degenerate. */
export function rHatOfHalves(halves: readonly Float64Array[], { sorted, scores }: RankedDraws): number {
  const median = quantileOfSorted(sorted, 0.5);
  const folded = halves.map((half) => half.map((draw) => Math.abs(draw - median)));
  const bulk = plainRHat(scores);
  const tail = plainRHat(rankNormalize(folded).scores);
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
