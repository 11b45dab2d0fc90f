import type { OnProgress, Rng, TemperedDensity } from "@poolish/core";
import { createBlockWorker } from "./blockWorker.ts";
import type { SmcDraws, SmcFailure } from "./smcDraws.ts";
import { requireSmcOptions, type SmcOptions } from "./smcOptions.ts";
import { createRun, type SmcStep } from "./smcRun.ts";
import { smcSteps } from "./smcSteps.ts";

export interface SmcHooks {
  /** One report a temperature; done and total are in per mille of the way to the posterior. */
  readonly onProgress?: OnProgress;
  /** Looked at after each block of up to 256 particles. */
  readonly isCancelled?: () => boolean;
}

/** Stopped on the way: particles at a temperature below 1 are not draws from the posterior, so there are none. */
export interface SmcCancelled {
  readonly kind: "cancelled";
  readonly temperature: number;
}

/**
 * Adaptive tempering from the prior to the posterior (Del Moral, Doucet & Jasra 2006, "Sequential Monte Carlo samplers"):
 * for posteriors with several modes in small dimensions, and for the evidence. Prior draws of likelihood 0 are drawn
 * again. Each temperature is the highest at which
 * the conditional effective sample size keeps its share (`nextTemperature`); particles are resampled systematically and
 * within 20 groups when the effective share has fallen below a half; Hamiltonian moves in the metric of the scores, tuned
 * on the way (Buchholz, Chopin & Jacob 2021), and independent proposals from a mixture fitted to the particles (up to 20
 * dimensions) follow until particles are decorrelated. At temperature 1 all are resampled, and moved until none equals
 * another. The proposals lead from mode to mode; where they fail, the masses of modes come from the prior's particles and
 * the weights, with the error that independent particles have, or a few times that.
 *
 * Needs a prior that can be sampled and covers the posterior. The same density, stream and options give the same draws:
 * each block of particles has streams of its own (`rng` does not advance). Synchronous and in this thread; a driver that
 * must breathe, or has threads, loops over `smcSteps` itself.
 * @throws PoolishError naming the option that is out of range.
 */
export function smc(
  density: TemperedDensity,
  rng: Rng,
  options: SmcOptions = {},
  { onProgress, isCancelled }: SmcHooks = {},
): SmcDraws | SmcFailure | SmcCancelled {
  const run = createRun(density.dim, rng, requireSmcOptions(options));
  const worker = createBlockWorker(density, run.blockRng, run.particles);
  const steps = smcSteps(run);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (value.kind === "temperature") reportTemperature(value, onProgress);
    else {
      for (let block = 0; block < value.numBlocks; block++) {
        worker.run(value.task, block);
        if (isCancelled?.() === true) return { kind: "cancelled", temperature: value.temperature };
      }
    }
  }
}

const PER_MILLE = 1000;

/** Tells `onProgress` of a finished temperature. */
export function reportTemperature(
  { record, numTemperatures }: SmcStep & { kind: "temperature" },
  onProgress: OnProgress | undefined,
): void {
  const { temperature, numSweeps, acceptanceRate, effectiveShare } = record;
  const message =
    `temperature ${numTemperatures}: ${temperature.toPrecision(3)}, effective share ${effectiveShare.toFixed(2)}, ` +
    `${numSweeps} sweeps, acceptance ${acceptanceRate.toFixed(2)}`;
  onProgress?.({ task: "smc", done: Math.floor(PER_MILLE * temperature), total: PER_MILLE, message });
}
