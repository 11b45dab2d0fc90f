import type { CancelSignal, OnProgress, Rng } from "@poolish/core";
import {
  type Calibration,
  type CalibrationRun,
  simulationBasedCalibration,
} from "../sbc/simulationBasedCalibration.ts";
import { type PosteriorSimulations, readTruths, type SampledPosterior } from "./sampledPosterior.ts";

export interface PosteriorCheckOptions {
  readonly seed: number;
  /** Simulations that are looked at, the first usable ones; at most 500 unless told, at least 20. */
  readonly count?: number;
  /** Draws of θ for each; 99 by default, for `contraction` 400. */
  readonly numDraws?: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

export const DEFAULT_COUNT = 500;
export const DEFAULT_DRAWS = 99;

/**
 * Simulation-based calibration of an amortised posterior (Talts et al. 2018): over simulations from the prior that it was
 * trained with, the rank of each true parameter among draws of the posterior given its x is uniform when the posterior is
 * right on average. Costs draws alone: nothing is trained again.
 * @throws PoolishError for lengths that do not fit, fewer than 20 usable simulations, options out of range, and when
 * cancelled.
 */
export async function posteriorCalibration(
  posterior: SampledPosterior,
  simulations: PosteriorSimulations,
  options: PosteriorCheckOptions,
): Promise<Calibration> {
  const { count = DEFAULT_COUNT, numDraws = DEFAULT_DRAWS, ...rest } = options;
  const names = posterior.parameters.map(({ name }) => name);
  const truths = readTruths(simulations, names.length, count);
  const run = (rng: Rng, index: number): CalibrationRun => {
    const { theta, x } = truths[index];
    return { truth: theta, draws: { values: posterior.sample(rng, x, numDraws), numColumns: names.length } };
  };
  return simulationBasedCalibration({ ...rest, names, run, count: truths.length, numDraws });
}
