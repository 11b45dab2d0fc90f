import { standardNormalCdf } from "@poolish/math";

export interface RankChiSquare {
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
}

/** Ranks expected in each bin at least, as Pearson's test needs. */
const SMALLEST_EXPECTATION = 5;
const MOST_BINS = 20;

/**
 * Pearson's chi-square test of the uniformity of ranks from 0 to `largestRank`, in equal bins: as many as divide them
 * evenly, at most 20, with five expected ranks each. The p-value by Wilson & Hilferty (1931), good to a percent of itself.
 */
export function rankChiSquare(ranks: ArrayLike<number>, largestRank: number): RankChiSquare {
  const numBins = binCount(ranks.length, largestRank + 1);
  const observed = new Float64Array(numBins);
  for (let i = 0; i < ranks.length; i++) observed[Math.floor((ranks[i] * numBins) / (largestRank + 1))]++;
  const expected = ranks.length / numBins;
  const statistic = observed.reduce((sum, value) => sum + (value - expected) ** 2 / expected, 0);
  const degreesOfFreedom = numBins - 1;
  if (degreesOfFreedom === 0) return { statistic, degreesOfFreedom, pValue: 1 };
  const spread = 2 / (9 * degreesOfFreedom);
  const z = (Math.cbrt(statistic / degreesOfFreedom) - (1 - spread)) / Math.sqrt(spread);
  return { statistic, degreesOfFreedom, pValue: standardNormalCdf(-z) };
}

function binCount(count: number, numRanks: number): number {
  for (let bins = Math.min(MOST_BINS, numRanks); bins > 1; bins--) {
    if (numRanks % bins === 0 && count / bins >= SMALLEST_EXPECTATION) return bins;
  }
  return 1;
}
