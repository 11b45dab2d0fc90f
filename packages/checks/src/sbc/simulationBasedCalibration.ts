import {
  type CancelSignal,
  type OnProgress,
  PoolishError,
  pause,
  type Rng,
  requireCount,
  rngFromSeed,
  throwIfAborted,
} from "@poolish/core";
import { requireSamples, type Samples } from "../samples.ts";
import { type RankChiSquare, rankChiSquare } from "./rankChiSquare.ts";
import { type UniformityBand, uniformityBand } from "./uniformityBand.ts";

/** One data set from the prior, and what was inferred from it. */
export interface CalibrationRun {
  /** What the data were simulated with, one number for each quantity. */
  readonly truth: ArrayLike<number>;
  /** Draws of the posterior given the data, in the same columns: (nearly) independent ones, in any order. */
  readonly draws: Samples;
}

export interface CalibrationOptions {
  /** The quantities that are ranked: parameters, and functions of them and the data. */
  readonly names: readonly string[];
  /** Simulates parameters and data, and infers. Everything random in it comes from `rng`. `index` counts from 0. */
  readonly run: (rng: Rng, index: number) => CalibrationRun | Promise<CalibrationRun>;
  /** Data sets; a few hundred show what matters. At least 20. */
  readonly count: number;
  readonly seed: number;
  /** What the draws of a quantity come from, for notices; "posterior" by default. */
  readonly noun?: string;
  /** Draws that each truth is ranked among, spread evenly over those of its run; 99 by default, so that ranks go from 0 to 99. */
  readonly numDraws?: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

/** How the ranks of one quantity lie. */
export interface QuantityCalibration {
  readonly name: string;
  /** One a data set: how many draws lie below the truth, from 0 to largestRank. */
  readonly ranks: Int32Array;
  readonly chiSquare: RankChiSquare;
  /** Of the whole distribution of the ranks (see `UniformityBand.pValue`): more sensitive to bias than chi-square. */
  readonly pValue: number;
}

export interface Calibration {
  readonly count: number;
  readonly largestRank: number;
  readonly quantities: readonly QuantityCalibration[];
  /** Where 95 % of all uniform ranks' distribution functions lie, for each quantity by itself. */
  readonly band: UniformityBand;
  /** False when a quantity's ranks are not uniform by either test: p below 1 % in all, corrected for their number. */
  readonly isCalibrated: boolean;
  readonly notices: readonly string[];
}

/** Runs between two looks at the event loop, without which runs that need not wait could not be cancelled. */
export const RUNS_PER_LOOK = 16;

/** Wrong alarms of a calibrated method, over all quantities and both tests. */
const LEVEL = 0.01;

/**
 * Simulation-based calibration (Talts, Betancourt, Simpson, Vehtari & Gelman 2018, algorithm 1): over data sets that the
 * prior leads to, the rank of the truth among posterior draws is uniform exactly when inference is right. Ties are broken
 * at random. Data set i depends on the seed and i alone.
 * @throws PoolishError for options out of range, a truth of another length, draws that are not finite, and when cancelled.
 */
export async function simulationBasedCalibration(options: CalibrationOptions): Promise<Calibration> {
  const { names, run, count, seed, noun = "posterior", numDraws = 99, onProgress, signal } = options;
  requireCount("count", count, 20);
  requireCount("seed", seed, 0);
  requireCount("numDraws", numDraws, 1);
  const root = rngFromSeed(seed);
  const [runs, ties, bands] = root.split(3);
  const ranks = names.map(() => new Int32Array(count));
  for (let i = 0; i < count; i++) {
    if (i % RUNS_PER_LOOK === 0) await pause();
    throwIfAborted(signal, "simulationBasedCalibration");
    const result = await run(runs.foldIn(i), i);
    requireRun(names, numDraws, result);
    const rng = ties.foldIn(i);
    for (let k = 0; k < names.length; k++) ranks[k][i] = rankOf(result, k, numDraws, rng);
    onProgress?.({ task: "calibration", done: i + 1, total: count });
  }
  const band = uniformityBand(bands, { count, largestRank: numDraws });
  const quantities = names.map((name, k): QuantityCalibration => {
    return { name, ranks: ranks[k], chiSquare: rankChiSquare(ranks[k], numDraws), pValue: band.pValue(ranks[k]) };
  });
  const allowed = LEVEL / (2 * names.length);
  const wrong = quantities.filter(({ chiSquare, pValue }) => Math.min(chiSquare.pValue, pValue) < allowed);
  return {
    ...{ count, largestRank: numDraws, quantities, band },
    isCalibrated: wrong.length === 0,
    notices: wrong.map((quantity) => describe(noun, quantity, numDraws)),
  };
}

/** The number of draws below the truth; a truth that equals draws takes any place among them. */
function rankOf(
  { truth, draws: { values, numColumns } }: CalibrationRun,
  k: number,
  numDraws: number,
  rng: Rng,
): number {
  const numRows = values.length / numColumns;
  let below = 0;
  let equal = 0;
  for (let n = 0; n < numDraws; n++) {
    const value = values[Math.floor((n * numRows) / numDraws) * numColumns + k];
    if (value < truth[k]) below++;
    else if (value === truth[k]) equal++;
  }
  return equal === 0 ? below : below + Math.floor(rng.uniform() * (equal + 1));
}

/** Which way the ranks lie, in words. */
function describe(noun: string, { name, ranks, chiSquare, pValue }: QuantityCalibration, largestRank: number): string {
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length / largestRank;
  // About their own mean: ranks that all lie at one end are those of a posterior in the wrong place, not of a narrow one.
  const spread = ranks.reduce((sum, rank) => sum + (rank / largestRank - mean) ** 2, 0) / ranks.length;
  // Of uniform shares: mean ½ and variance 1/12, with standard errors √(1/12n) and √(1/180n).
  const shift = (mean - 0.5) * Math.sqrt(12 * ranks.length);
  const stretch = (spread - 1 / 12) * Math.sqrt(180 * ranks.length);
  const place = shift > 0 ? "too low" : "too high";
  const width = stretch > 0 ? "too narrow" : "too wide";
  const what = Math.abs(shift) > Math.abs(stretch) ? place : width;
  const p = Math.min(chiSquare.pValue, pValue).toExponential(1);
  return `The ${noun} of ${name} is ${what}: its ranks are not uniform (p = ${p}).`;
}

function requireRun(names: readonly string[], numDraws: number, { truth, draws }: CalibrationRun): void {
  requireSamples("draws", draws, numDraws);
  if (truth.length === names.length && draws.numColumns === names.length) return;
  throw new PoolishError(`there are ${names.length} names, ${truth.length} truths and ${draws.numColumns} columns`, {
    kind: "input",
    field: "names",
    remedy: "Name each quantity, and give its truth and its draws.",
  });
}
