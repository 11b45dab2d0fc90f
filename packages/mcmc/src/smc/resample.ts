import type { Rng } from "@poolish/core";
import { copyParticle, type ParticleStates, type Particles } from "./particles.ts";
import { systematicAncestors } from "./systematicAncestors.ts";

/**
 * Resamples each group of `particles` within itself, and gives all of a group its mean weight: what the group says about
 * the evidence stays with it. `weights` are the normalised weights. Overwrites `ancestors`; `spare` is scratch.
 */
export function resampleGroups(
  particles: Particles,
  weights: Float64Array,
  rng: Rng,
  spare: ParticleStates,
  ancestors: Int32Array,
): void {
  const { groupStarts, logWeights } = particles;
  for (let k = 0; k < groupStarts.length - 1; k++) {
    const start = groupStarts[k];
    const end = groupStarts[k + 1];
    const logMean = logMeanWeight(logWeights, start, end);
    if (logMean === -Infinity) for (let i = start; i < end; i++) ancestors[i] = i;
    else systematicAncestors(weights, start, end, rng.uniform(), ancestors);
    logWeights.fill(logMean, start, end);
  }
  replaceByAncestors(particles, spare, ancestors);
}

/** Resamples all of `particles` into equal weights, across groups: for the end, when the evidence is known. */
export function resampleAll(
  particles: Particles,
  weights: Float64Array,
  rng: Rng,
  spare: ParticleStates,
  ancestors: Int32Array,
): void {
  systematicAncestors(weights, 0, particles.count, rng.uniform(), ancestors);
  particles.logWeights.fill(0);
  replaceByAncestors(particles, spare, ancestors);
}

/** By way of `spare`: the arrays of `particles` stay the same ones, which other threads may know. */
function replaceByAncestors(particles: Particles, spare: ParticleStates, ancestors: Int32Array): void {
  for (let i = 0; i < particles.count; i++) copyParticle(particles, ancestors[i], spare, i);
  particles.positions.set(spare.positions);
  particles.logPrior.set(spare.logPrior);
  particles.logLikelihood.set(spare.logLikelihood);
  particles.priorGradients.set(spare.priorGradients);
  particles.likelihoodGradients.set(spare.likelihoodGradients);
}

function logMeanWeight(logWeights: Float64Array, start: number, end: number): number {
  let largest = -Infinity;
  for (let i = start; i < end; i++) largest = Math.max(largest, logWeights[i]);
  if (largest === -Infinity) return largest;
  let sum = 0;
  for (let i = start; i < end; i++) sum += Math.exp(logWeights[i] - largest);
  return largest + Math.log(sum / (end - start));
}
