import { bulkEffectiveSampleSize, tailEffectiveSampleSize } from "./effectiveSampleSize.ts";
import { mean, variance } from "./moments.ts";
import { meanMonteCarloError } from "./monteCarloError.ts";
import { quantileOfSorted, sortedDraws } from "./quantile.ts";
import { rHat } from "./rHat.ts";

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
 * quantiles, and its diagnostics are NaN; a NaN among the draws makes all of it NaN.
 */
export function summarize(chains: readonly Float64Array[]): Summary {
  const sorted = sortedDraws(chains);
  // NaN sorts last.
  const hasNaN = Number.isNaN(sorted[sorted.length - 1]);
  return {
    mean: mean(chains),
    sd: Math.sqrt(variance(chains)),
    mcse: meanMonteCarloError(chains),
    q5: hasNaN ? NaN : quantileOfSorted(sorted, 0.05),
    q95: hasNaN ? NaN : quantileOfSorted(sorted, 0.95),
    essBulk: bulkEffectiveSampleSize(chains),
    essTail: tailEffectiveSampleSize(chains),
    rHat: rHat(chains),
  };
}
