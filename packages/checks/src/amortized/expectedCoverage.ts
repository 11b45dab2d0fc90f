import type { Rng } from "@poolish/core";
import {
  type Calibration,
  type CalibrationRun,
  type QuantityCalibration,
  simulationBasedCalibration,
} from "../sbc/simulationBasedCalibration.ts";
import { columnScales } from "./columnScales.ts";
import { DEFAULT_COUNT, DEFAULT_DRAWS, type PosteriorCheckOptions } from "./posteriorCalibration.ts";
import {
  type PosteriorSimulations,
  readTruths,
  requireTruths,
  type SampledPosterior,
  type Truth,
} from "./sampledPosterior.ts";

/** The share of truths that regions of each credibility hold, for one kind of regions. */
export interface Coverage {
  readonly name: string;
  /** Entry j − 1, for j from 1 to largestRank: the share of truths in regions of credibility j / (largestRank + 1). */
  readonly coverage: Float64Array;
  /** The mean of coverage − credibility: below 0 regions are too small (overconfident), above 0 too large. */
  readonly excess: number;
}

/** Expected coverage, whose ranks are those of a `Calibration`: a right posterior's are uniform. */
export interface CoverageCheck extends Calibration {
  readonly coverages: readonly Coverage[];
}

const HIGHEST_DENSITY = "highest density";
const RANDOM_POINTS = "random points (TARP)";

/**
 * Expected coverage of an amortised posterior, over simulations from the prior that it was trained with: the share of
 * truths inside of regions of every credibility at once. Regions of highest density (Hermans et al. 2022, "A trust crisis in
 * simulation-based inference?") where the posterior can be evaluated; balls about random points (Lemos et al. 2023,
 * "Sampling-based accuracy testing of posterior estimators", algorithm 2), the points being θ of other simulations, the
 * distances Euclidean between parameters in standard deviations of the simulated θ. Both see all parameters together.
 * @throws PoolishError as `posteriorCalibration` does.
 */
export async function expectedCoverage(
  posterior: SampledPosterior,
  simulations: PosteriorSimulations,
  options: PosteriorCheckOptions,
): Promise<CoverageCheck> {
  const { count = DEFAULT_COUNT, numDraws = DEFAULT_DRAWS, ...rest } = options;
  const width = posterior.parameters.length;
  const truths = readTruths(simulations, width, count);
  requireTruths(truths, 20);
  const scales = columnScales(truths.map(({ theta }) => theta)).standardDeviations;
  const hasDensity = posterior.logProb !== undefined;
  const names = [...(hasDensity ? [HIGHEST_DENSITY] : []), RANDOM_POINTS];
  const run = (rng: Rng, index: number): CalibrationRun => {
    const { theta, x } = truths[index];
    const draws = posterior.sample(rng, x, numDraws);
    const point = otherTheta(rng, truths, index);
    const distances = distancesTo(point, scales);
    const ofDraws = distances(draws);
    const [ofTruth] = distances(theta);
    if (posterior.logProb === undefined) return { truth: [ofTruth], draws: { values: ofDraws, numColumns: 1 } };
    // A draw counts as below where its region of highest density is within that of the truth.
    const [logTruth] = posterior.logProb(theta, x);
    const logDraws = posterior.logProb(draws, x);
    const values = Float64Array.from(Array.from(logDraws).flatMap((value, i) => [-finite(value), ofDraws[i]]));
    return { truth: [-finite(logTruth), ofTruth], draws: { values, numColumns: 2 } };
  };
  const ranks = await simulationBasedCalibration({ ...rest, names, run, count: truths.length, numDraws });
  const coverages = ranks.quantities.map((quantity) => coverageOf(quantity, numDraws));
  return { ...ranks, coverages, notices: coverages.flatMap((own, k) => notices(ranks, ranks.quantities[k], own)) };
}

/** -Infinity, a density of zero, as a number below all others. */
function finite(logDensity: number): number {
  return Math.max(logDensity, -Number.MAX_VALUE);
}

/** The θ of another simulation, at random. */
function otherTheta(rng: Rng, truths: readonly Truth[], index: number): Float64Array {
  const other = Math.min(truths.length - 2, Math.floor(rng.uniform() * (truths.length - 1)));
  return truths[other < index ? other : other + 1].theta;
}

/** Of rows of θ, the squared distance from `point`. */
function distancesTo(point: Float64Array, scales: Float64Array): (theta: Float64Array) => Float64Array {
  const width = point.length;
  return (theta) =>
    Float64Array.from({ length: theta.length / width }, (_, i) => {
      let sum = 0;
      for (let p = 0; p < width; p++) sum += ((theta[i * width + p] - point[p]) / scales[p]) ** 2;
      return sum;
    });
}

function coverageOf({ name, ranks }: QuantityCalibration, largestRank: number): Coverage {
  const coverage = new Float64Array(largestRank);
  for (const rank of ranks) for (let j = rank + 1; j <= largestRank; j++) coverage[j - 1] += 1 / ranks.length;
  const excess = coverage.reduce((sum, value, j) => sum + (value - (j + 1) / (largestRank + 1)) / largestRank, 0);
  return { name, coverage, excess };
}

function notices(
  { notices: wrong }: Calibration,
  { name, chiSquare, pValue }: QuantityCalibration,
  { excess }: Coverage,
): string[] {
  if (!wrong.some((notice) => notice.includes(name))) return [];
  const what = excess < 0 ? "too few truths: the posterior is overconfident" : "too many truths, or the wrong ones";
  const p = Math.min(chiSquare.pValue, pValue).toExponential(1);
  return [`Regions by ${name} hold ${what} (coverage less credibility ${excess.toFixed(3)} on average, p = ${p}).`];
}
