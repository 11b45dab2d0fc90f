import { requireCount, rngFromSeed, throwIfAborted } from "@poolish/core";
import { columnScales } from "./columnScales.ts";
import type { PosteriorCheckOptions } from "./posteriorCalibration.ts";
import { type PosteriorSimulations, readTruths, requireTruths, type SampledPosterior } from "./sampledPosterior.ts";

/** What the data say of one parameter, over simulations. */
export interface ParameterContraction {
  readonly name: string;
  /** One a simulation: 1 − posterior variance / prior variance. 0: the data say nothing; near 1: they say all. */
  readonly contractions: Float64Array;
  /** One a simulation: (posterior mean − truth) / posterior standard deviation. */
  readonly zScores: Float64Array;
  readonly meanContraction: number;
  /** Of a right posterior 1; above 1 it is too narrow or in the wrong place, below 1 too wide. */
  readonly meanSquaredZ: number;
  /** Standard error of `meanSquaredZ`. */
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
/** Below this mean contraction the data say next to nothing. */
const LITTLE = 0.05;

/**
 * Posterior contraction and z-scores (Schad, Betancourt & Vasishth 2021, §3.3): how much narrower than the prior each
 * posterior is, and how far from the truth, over simulations from the prior. Whatever the model, the mean squared z-score of
 * a right posterior is 1.
 * @throws PoolishError as `posteriorCalibration` does.
 */
export function contraction(
  posterior: SampledPosterior,
  simulations: PosteriorSimulations,
  options: PosteriorCheckOptions,
): ContractionCheck {
  const { seed, count = DEFAULTS.count, numDraws = DEFAULTS.numDraws, onProgress, signal } = options;
  requireCount("numDraws", numDraws, 2);
  const names = posterior.parameters.map(({ name }) => name);
  const width = names.length;
  const truths = readTruths(simulations, width, count);
  requireTruths(truths, 20);
  const prior = columnScales(truths.map(({ theta }) => theta)).standardDeviations;
  const rng = rngFromSeed(seed);
  const contractions = names.map(() => new Float64Array(truths.length));
  const zScores = names.map(() => new Float64Array(truths.length));
  truths.forEach(({ theta, x }, i) => {
    throwIfAborted(signal, "contraction");
    const draws = posterior.sample(rng.foldIn(i), x, numDraws);
    const rows = Array.from({ length: numDraws }, (_, n) => draws.subarray(n * width, (n + 1) * width));
    const { means, standardDeviations } = columnScales(rows);
    for (let p = 0; p < width; p++) {
      contractions[p][i] = 1 - (standardDeviations[p] / prior[p]) ** 2;
      zScores[p][i] = (means[p] - theta[p]) / standardDeviations[p];
    }
    onProgress?.({ task: "contraction", done: i + 1, total: truths.length });
  });
  const parameters = names.map((name, p) => summarise(name, contractions[p], zScores[p], numDraws));
  return { count: truths.length, parameters, notices: parameters.flatMap(describe) };
}

function summarise(
  name: string,
  contractions: Float64Array,
  zScores: Float64Array,
  numDraws: number,
): ParameterContraction {
  const count = zScores.length;
  // The mean of n draws is off by one standard deviation in √n, which adds 1 / n to what is expected of z².
  const squares = zScores.map((z) => z * z - 1 / numDraws);
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value / count, 0);
  const meanSquaredZ = mean(squares);
  const variance = mean(squares.map((square) => (square - meanSquaredZ) ** 2));
  const standardError = Math.sqrt(variance / (count - 1));
  return { name, contractions, zScores, meanContraction: mean(contractions), meanSquaredZ, standardError };
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
