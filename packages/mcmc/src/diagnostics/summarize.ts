import { effectiveSampleSizeOfHalves, tailOfSorted } from "./effectiveSampleSize.ts";
import { isDegenerate } from "./isDegenerate.ts";
import { mean, variance } from "./moments.ts";
import { meanMonteCarloError } from "./monteCarloError.ts";
import { quantileOfSorted, sortedDraws } from "./quantile.ts";
import { rankNormalize } from "./rankNormalize.ts";
import { rHatOfHalves } from "./rHat.ts";
import { splitChains } from "./splitChains.ts";

/** Everything about one scalar that a table of results shows. */
export interface Summary {
  readonly mean: number;
  /** Sample standard deviation (divisor count - 1). */
  readonly sd: number;
  /** Monte Carlo standard error of the mean. */
  readonly mcse: number;
  readonly q5: number;
  readonly q95: number;
  readonly essBulk: number;
  readonly essTail: number;
  readonly rHat: number;
}

/**
 * Summarises the draws of one scalar, one array a chain, of equal lengths. A constant keeps its mean, sd 0 and
 * quantiles, and its diagnostics are NaN; a NaN among the draws makes all of it NaN. Sorts and ranks the draws once for
 * all that it computes.
 */
export function summarize(chains: readonly Float64Array[]): Summary {
  const center = mean(chains);
  const sd = Math.sqrt(variance(chains));
  if (isDegenerate(chains)) {
    const sorted = sortedDraws(chains);
    // NaN sorts last.
    const hasNaN = Number.isNaN(sorted[sorted.length - 1]);
    const [q5, q95] = [0.05, 0.95].map((probability) => (hasNaN ? NaN : quantileOfSorted(sorted, probability)));
    return { mean: center, sd, mcse: NaN, q5, q95, essBulk: NaN, essTail: NaN, rHat: NaN };
  }
  const halves = splitChains(chains);
  const ranked = rankNormalize(halves);
  // Splitting drops the middle draw of an odd length.
  const sorted = chains[0].length % 2 === 0 ? ranked.sorted : sortedDraws(chains);
  return {
    mean: center,
    sd,
    mcse: meanMonteCarloError(chains),
    q5: quantileOfSorted(sorted, 0.05),
    q95: quantileOfSorted(sorted, 0.95),
    essBulk: effectiveSampleSizeOfHalves(ranked.scores),
    essTail: tailOfSorted(chains, sorted),
    rHat: rHatOfHalves(halves, ranked),
  };
}
