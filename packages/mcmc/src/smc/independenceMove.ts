import type { Rng } from "@poolish/core";
import { blockSize } from "./blocks.ts";
import { drawFromMixture, type Mixture, mixtureLogDensity } from "./mixture.ts";
import { copyParticle, type Particles } from "./particles.ts";
import { createRows, type EvaluateRows } from "./rowEvaluator.ts";
import type { JumpTask } from "./smcTask.ts";

/** One independent proposal for each particle of a block: from mode to mode, where a trajectory does not lead. */
export interface IndependenceMove {
  /** Moves the particles of `block` in place and records their acceptance. Returns the number of gradients. */
  move(particles: Particles, task: JumpTask, rng: Rng, block: number): number;
}

/** Proposals from a mixture that was fitted to the population (Hastings 1970), for blocks of up to `capacity` particles. */
export function createIndependenceMove(evaluate: EvaluateRows, capacity: number, dim: number): IndependenceMove {
  const rows = { dim, ...createRows(capacity, dim) };
  const slot = new Int32Array(capacity);
  const logRatio = new Float64Array(capacity);
  const threshold = new Float64Array(capacity);
  const position = new Float64Array(dim);
  let lastMixture: Mixture | undefined;
  let logDensity: (position: Float64Array) => number = () => NaN;

  /** Proposes a place to each particle that can move; returns their number. */
  function propose(
    { count, positions, logLikelihood, acceptance }: Particles,
    mixture: Mixture,
    rng: Rng,
    from: number,
  ) {
    let k = 0;
    for (let i = from; i < Math.min(from + blockSize(count), count); i++) {
      acceptance[i] = 0;
      if (logLikelihood[i] === -Infinity) continue;
      for (let j = 0; j < dim; j++) position[j] = positions[i * dim + j];
      logRatio[k] = logDensity(position);
      drawFromMixture(mixture, rng, position);
      logRatio[k] -= logDensity(position);
      for (let j = 0; j < dim; j++) rows.positions[k * dim + j] = position[j];
      threshold[k] = rng.uniform();
      slot[k++] = i;
    }
    return k;
  }

  return {
    move(particles, { mixture, temperature }, rng, block) {
      if (mixture !== lastMixture) logDensity = mixtureLogDensity(mixture);
      lastMixture = mixture;
      const count = propose(particles, mixture, rng, block * blockSize(particles.count));
      evaluate(rows, count);
      for (let k = 0; k < count; k++) {
        if (rows.logLikelihood[k] === -Infinity) continue;
        const i = slot[k];
        const gain =
          rows.logPrior[k] - particles.logPrior[i] + temperature * (rows.logLikelihood[k] - particles.logLikelihood[i]);
        particles.acceptance[i] = Math.exp(Math.min(0, gain + logRatio[k]));
        if (threshold[k] < particles.acceptance[i]) copyParticle(rows, k, particles, i);
      }
      return count;
    },
  };
}
