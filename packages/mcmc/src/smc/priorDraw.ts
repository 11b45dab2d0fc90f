import type { Rng, TemperedDensity } from "@poolish/core";
import { copyParticle, type Particles } from "./particles.ts";
import { createRows, type EvaluateRows } from "./rowEvaluator.ts";

/** Draws that a slot takes at most for one of positive likelihood; beyond, it keeps its last draw, with weight 0. */
export const MOST_PRIOR_DRAWS = 100;

/**
 * Draws particles from the prior: those of likelihood 0 are drawn again, so that the whole population is where the data
 * are possible. Owns its scratch.
 */
export interface PriorDraw {
  /** Fills particles [from, to) and counts their draws in `numPriorDraws`. Returns the number of evaluations. */
  fill(particles: Particles, rng: Rng, from: number, to: number): number;
}

/** A draw that rounds to the edge of the support, where the prior is not finite, is not counted: it is none of the prior's. */
export function createPriorDraw(density: TemperedDensity, evaluate: EvaluateRows, capacity: number): PriorDraw {
  const { dim } = density;
  const rows = { dim, ...createRows(capacity, dim) };
  const position = new Float64Array(dim);
  const pending = new Int32Array(capacity);

  /** Draws all pending slots once; returns how many of them need another draw, now at the front. */
  function drawPending(particles: Particles, rng: Rng, count: number): number {
    for (let k = 0; k < count; k++) {
      density.samplePrior(rng, position);
      rows.positions.set(position, k * dim);
    }
    evaluate(rows, count);
    let numLeft = 0;
    for (let k = 0; k < count; k++) {
      const i = pending[k];
      copyParticle(rows, k, particles, i);
      if (Number.isFinite(rows.logPrior[k])) particles.numPriorDraws[i]++;
      if (rows.logLikelihood[k] === -Infinity) pending[numLeft++] = i;
    }
    return numLeft;
  }

  return {
    fill(particles, rng, from, to) {
      let count = to - from;
      for (let k = 0; k < count; k++) pending[k] = from + k;
      particles.numPriorDraws.fill(0, from, to);
      let numEvaluations = 0;
      for (let attempt = 0; attempt < MOST_PRIOR_DRAWS && count > 0; attempt++) {
        numEvaluations += count;
        count = drawPending(particles, rng, count);
      }
      return numEvaluations;
    },
  };
}
