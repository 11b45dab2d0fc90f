import type { LogPartsBatch } from "@poolish/core";
import type { Step } from "../tape/step.ts";
import type { LearnedBatch } from "./learnedBatch.ts";

/** A tape, split as tempering needs it. */
export interface TemperedTape {
  readonly dim: number;
  readonly values: Float64Array;
  readonly adjoints: Float64Array;
  /** Latent sites and all that is computed from them. */
  readonly priorSteps: readonly Step[];
  /** Observations and factors, the learned ones left out. */
  readonly plainSteps: readonly Step[];
  readonly learned: readonly LearnedBatch[];
  /** Positions that `learned` take at once. */
  readonly capacity: number;
}

/**
 * Prior and likelihood in one pass over the tape, with the learned likelihoods of up to `capacity` positions in one call
 * of each: the tape is replayed for every position to gather their θ rows, and once more to lead their gradients back
 * where there is anything learned.
 */
export function temperedBatch(tape: TemperedTape): LogPartsBatch {
  const { dim, capacity } = tape;
  const included = new Int32Array(capacity);
  return (positions, count, logPriors, logLikelihoods, priorGradients, likelihoodGradients) => {
    const wantsGradients = priorGradients !== undefined && likelihoodGradients !== undefined;
    for (let from = 0; from < count; from += capacity) {
      let numIncluded = 0;
      for (let i = from; i < Math.min(from + capacity, count); i++) {
        forward(tape, positions, i, logPriors, logLikelihoods);
        if (!Number.isFinite(logPriors[i]) || !Number.isFinite(logLikelihoods[i])) continue;
        for (const each of tape.learned) each.gather(tape.values, numIncluded);
        included[numIncluded++] = i;
        if (wantsGradients && tape.learned.length === 0)
          backward(tape, 0, i * dim, priorGradients, likelihoodGradients);
      }
      if (tape.learned.length === 0 || numIncluded === 0) continue;
      for (const each of tape.learned) each.evaluate();
      for (let b = 0; b < numIncluded; b++) {
        for (const each of tape.learned) logLikelihoods[included[b]] += each.logLikelihood(b);
      }
      if (!wantsGradients) continue;
      for (const each of tape.learned) each.pullback();
      for (let b = 0; b < numIncluded; b++) {
        const i = included[b];
        if (!Number.isFinite(logLikelihoods[i])) continue;
        const [prior, plain] = [logPriors[i], logLikelihoods[i]];
        forward(tape, positions, i, logPriors, logLikelihoods);
        backward(tape, b, i * dim, priorGradients, likelihoodGradients);
        logPriors[i] = prior;
        logLikelihoods[i] = plain;
      }
    }
  };
}

/** Replays the tape at position `i`: overwrites its log prior, and its log-likelihood but for what is learned. */
function forward(
  { dim, values, priorSteps, plainSteps }: TemperedTape,
  positions: Float64Array,
  i: number,
  logPriors: Float64Array,
  logLikelihoods: Float64Array,
): void {
  for (let j = 0; j < dim; j++) values[j] = positions[i * dim + j];
  logPriors[i] = addUp(priorSteps);
  logLikelihoods[i] = Number.isFinite(logPriors[i]) ? addUp(plainSteps) : -Infinity;
}

/** Ends at the first contribution that is not finite, as the linked model does: +Infinity is a failure like NaN. */
export function addUp(steps: readonly Step[]): number {
  let total = 0;
  for (let i = 0; i < steps.length; i++) {
    total += steps[i].forward();
    if (!Number.isFinite(total)) return total === -Infinity ? total : Number.NaN;
  }
  return total;
}

/** Both gradients of the position that was replayed last, number `b` of the batch. */
function backward(
  { dim, adjoints, priorSteps, plainSteps, learned }: TemperedTape,
  b: number,
  at: number,
  priorGradients: Float64Array,
  likelihoodGradients: Float64Array,
): void {
  adjoints.fill(0);
  for (let i = priorSteps.length - 1; i >= 0; i--) priorSteps[i].backward();
  for (let j = 0; j < dim; j++) priorGradients[at + j] = adjoints[j];
  adjoints.fill(0);
  for (let i = plainSteps.length - 1; i >= 0; i--) plainSteps[i].backward();
  for (let k = 0; k < learned.length; k++) learned[k].addGradient(b, adjoints);
  // The way back through the latent sites brings the prior's own gradient along.
  for (let i = priorSteps.length - 1; i >= 0; i--) priorSteps[i].backward();
  for (let j = 0; j < dim; j++) likelihoodGradients[at + j] = adjoints[j] - priorGradients[at + j];
}
