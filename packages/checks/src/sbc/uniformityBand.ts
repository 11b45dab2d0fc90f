import { type Rng, requireCount } from "@poolish/core";
import { logFactorial } from "@poolish/math";

/** Where the empirical distribution of `count` uniform ranks from 0 to `largestRank` lies, all of it at once. */
export interface UniformityBand {
  readonly count: number;
  readonly largestRank: number;
  /** The probability that all of the distribution function of uniform ranks lies in the band, e.g. 0.95. */
  readonly level: number;
  /** Entry j - 1, for j from 1 to largestRank: the least and the largest number of ranks below j. */
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  /** How often uniform ranks stray from the diagonal as far as these do: small says that they are not uniform. */
  pValue(ranks: ArrayLike<number>): number;
}

export interface UniformityOptions {
  readonly count: number;
  readonly largestRank: number;
  /** 0.95 by default. */
  readonly level?: number;
}

const NUM_SIMULATIONS = 4000;

/**
 * Simultaneous confidence bands for the empirical distribution function of discrete uniform ranks (Säilynoja, Bürkner &
 * Vehtari 2022, Statistics and Computing 32, §2 and algorithm 2): pointwise binomial bands, whose pointwise level is
 * found by simulation such that all of them hold together.
 */
export function uniformityBand(rng: Rng, { count, largestRank, level = 0.95 }: UniformityOptions): UniformityBand {
  requireCount("count", count, 1);
  requireCount("largestRank", largestRank, 1);
  const cdfs = Array.from({ length: largestRank }, (_, j) => binomialCdf(count, (j + 1) / (largestRank + 1)));
  const simulated = new Float64Array(NUM_SIMULATIONS);
  const ranks = new Int32Array(count);
  for (let m = 0; m < NUM_SIMULATIONS; m++) {
    for (let i = 0; i < count; i++) ranks[i] = Math.floor(rng.uniform() * (largestRank + 1));
    simulated[m] = smallestTail(ranks, cdfs);
  }
  simulated.sort();
  const pointwise = simulated[Math.floor((1 - level) * NUM_SIMULATIONS)];
  const quantile = (probability: number): Int32Array =>
    Int32Array.from(cdfs, (cdf) => Math.min(firstAtLeast(cdf, probability), count));
  return {
    ...{ count, largestRank, level },
    lower: quantile(pointwise / 2),
    upper: quantile(1 - pointwise / 2),
    pValue(observed) {
      return (1 + firstAbove(simulated, smallestTail(observed, cdfs))) / (1 + NUM_SIMULATIONS);
    },
  };
}

/** Twice the smallest tail probability, over all j, of the number of ranks below j. */
function smallestTail(ranks: ArrayLike<number>, cdfs: readonly Float64Array[]): number {
  const below = new Int32Array(cdfs.length + 2);
  for (let i = 0; i < ranks.length; i++) below[ranks[i] + 1]++;
  let smallest = 1;
  for (let j = 1; j <= cdfs.length; j++) {
    below[j] += below[j - 1];
    const cdf = cdfs[j - 1];
    const least = below[j] === 0 ? 1 : 1 - cdf[below[j] - 1];
    smallest = Math.min(smallest, 2 * cdf[below[j]], 2 * least);
  }
  return smallest;
}

/** P(X ≤ x) for x = 0 … count. */
function binomialCdf(count: number, probability: number): Float64Array {
  const cdf = new Float64Array(count + 1);
  const [logSuccess, logFailure] = [Math.log(probability), Math.log1p(-probability)];
  let sum = 0;
  for (let x = 0; x <= count; x++) {
    const logWays = logFactorial(count) - logFactorial(x) - logFactorial(count - x);
    sum += Math.exp(logWays + x * logSuccess + (count - x) * logFailure);
    cdf[x] = Math.min(sum, 1);
  }
  return cdf;
}

function firstAtLeast(cdf: Float64Array, probability: number): number {
  const index = cdf.findIndex((value) => value >= probability);
  return index < 0 ? cdf.length - 1 : index;
}

/** How many of the sorted values are at most `bound`. */
function firstAbove(sorted: Float64Array, bound: number): number {
  const index = sorted.findIndex((value) => value > bound);
  return index < 0 ? sorted.length : index;
}
