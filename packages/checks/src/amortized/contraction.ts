import { pause, requireCount, rngFromSeed, throwIfAborted } from "@poolish/core";
import { RUNS_PER_LOOK } from "../sbc/simulationBasedCalibration.ts";
import { columnScales } from "./columnScales.ts";
import type { PosteriorCheckOptions } from "./posteriorCalibration.ts";
import { type PosteriorSimulations, readTruths, requireTruths, type SampledPosterior } from "./sampledPosterior.ts";

/** What the data say of one parameter, over simulations. */
export interface ParameterContraction {
  readonly name: string;
  /** One a simulation: 1 − posterior variance / prior variance. 0: the data say nothing; near 1: they say all. */
  readonly contractions: Float64Array;
  /**
   * One a simulation: (posterior mean − truth) / posterior standard deviation, the truth counted among the draws; 0 where
   * all of them are equal, as those of a category may be.
   */
  readonly zScores: Float64Array;
  readonly meanContraction: number;
  /**
   * Over simulations whose draws and truth are not all equal. Of a right posterior 1; above 1 it is too narrow or in the
   * wrong place, below 1 too wide.
   */
  readonly meanSquaredZ: number;
  /** Standard error of `meanSquaredZ`; Infinity where fewer than 20 simulations tell. */
  readonly standardError: number;
}

export interface ContractionCheck {
  readonly count: number;
  readonly parameters: readonly ParameterContraction[];
  readonly notices: readonly string[];
}

const DEFAULTS = { count: 500, numDraws: 400 } as const;
/** Standard errors by which the mean squared z-score of a right posterior hardly ever strays from 1. */
const CLEAR = 4;
/** Simulations below which a standard error is not known. */
const FEWEST = 20;
/** Below this mean contraction the data say next to nothing. */
const LITTLE = 0.05;

/**
 * Posterior contraction and z-scores (Schad, Betancourt & Vasishth 2021, §3.3): how much narrower than the prior each
 * posterior is, and how far from the truth, over simulations from the prior. The truth is one more draw of a right
 * posterior, and counted as such: whatever the model and however few the draws, the mean squared z-score is then 1.
 * @throws PoolishError as `posteriorCalibration` does.
 */
export async function contraction(
  posterior: SampledPosterior,
  simulations: PosteriorSimulations,
  options: PosteriorCheckOptions,
): Promise<ContractionCheck> {
  const { seed, count = DEFAULTS.count, numDraws = DEFAULTS.numDraws, onProgress, signal } = options;
  requireCount("numDraws", numDraws, 2);
  const names = posterior.parameters.map(({ name }) => name);
  const width = names.length;
  const truths = readTruths(simulations, width, count);
  requireTruths(truths, FEWEST);
  const prior = columnScales(truths.map(({ theta }) => theta)).standardDeviations;
  const rng = rngFromSeed(seed);
  const contractions = names.map(() => new Float64Array(truths.length));
  const zScores = names.map(() => new Float64Array(truths.length));
  for (const [i, { theta, x }] of truths.entries()) {
    if (i % RUNS_PER_LOOK === 0) await pause();
    throwIfAborted(signal, "contraction");
    const draws = posterior.sample(rng.foldIn(i), x, numDraws);
    for (let p = 0; p < width; p++) {
      const own = Float64Array.from({ length: numDraws }, (_, n) => draws[n * width + p]);
      contractions[p][i] = 1 - (numDraws / (numDraws - 1)) * (momentsOf(own).variance / prior[p] ** 2);
      zScores[p][i] = zScore(own, theta[p]);
    }
    onProgress?.({ task: "contraction", done: i + 1, total: truths.length });
  }
  const parameters = names.map((name, p) => summarise(name, contractions[p], zScores[p]));
  return { count: truths.length, parameters, notices: parameters.flatMap(describe) };
}

/** Of equal numbers the variance is 0 exactly. */
function momentsOf(values: Float64Array): { readonly mean: number; readonly variance: number } {
  const [first] = values;
  const shift = values.reduce((sum, value) => sum + (value - first) / values.length, 0);
  const variance = values.reduce((sum, value) => sum + (value - first - shift) ** 2 / values.length, 0);
  return { mean: first + shift, variance };
}

/** Exchangeable values are one variance from their mean, squared and on average: the truth as well. NaN if all are equal. */
function zScore(draws: Float64Array, truth: number): number {
  const all = new Float64Array(draws.length + 1);
  all.set(draws);
  all[draws.length] = truth;
  const { mean, variance } = momentsOf(all);
  return variance > 0 ? (mean - truth) / Math.sqrt(variance) : Number.NaN;
}

function summarise(name: string, contractions: Float64Array, scores: Float64Array): ParameterContraction {
  const meanContraction = momentsOf(contractions).mean;
  const zScores = scores.map((z) => (Number.isNaN(z) ? 0 : z));
  const squares = scores.filter((z) => !Number.isNaN(z)).map((z) => z * z);
  const count = squares.length;
  if (count < FEWEST) {
    return { name, contractions, zScores, meanContraction, meanSquaredZ: 1, standardError: Infinity };
  }
  const { mean: meanSquaredZ, variance } = momentsOf(squares);
  const standardError = Math.sqrt(variance / (count - 1));
  return { name, contractions, zScores, meanContraction, meanSquaredZ, standardError };
}

function describe({ name, meanContraction, meanSquaredZ, standardError }: ParameterContraction): string[] {
  const notices: string[] = [];
  if (Math.abs(meanSquaredZ - 1) > CLEAR * standardError) {
    const what = meanSquaredZ > 1 ? "too narrow or in the wrong place" : "too wide";
    notices.push(`The posterior of ${name} is ${what}: its mean squared z-score is ${meanSquaredZ.toFixed(2)}, not 1.`);
  }
  if (meanContraction < LITTLE) {
    notices.push(`The data say next to nothing of ${name}: its posterior is as wide as the prior.`);
  }
  return notices;
}
