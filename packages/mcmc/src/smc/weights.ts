import type { Particles } from "./particles.ts";

/** Overwrites `weights` with the normalised weights, which sum to 1. Returns log mean exp(logWeights). */
export function normaliseWeights(logWeights: Float64Array, weights: Float64Array): number {
  let largest = -Infinity;
  for (let i = 0; i < logWeights.length; i++) largest = Math.max(largest, logWeights[i]);
  let sum = 0;
  for (let i = 0; i < logWeights.length; i++) {
    weights[i] = Math.exp(logWeights[i] - largest);
    sum += weights[i];
  }
  for (let i = 0; i < logWeights.length; i++) weights[i] /= sum;
  return largest + Math.log(sum / logWeights.length);
}

/** Effective share 1 / (n Σ w²) of normalised weights (Kong 1992): from 1 / n for one survivor to 1 for equal weights. */
export function effectiveShare(weights: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < weights.length; i++) squares += weights[i] * weights[i];
  return 1 / (weights.length * squares);
}

/** Multiplies each weight by likelihood^step; one of likelihood 0 becomes 0 for good. */
export function reweight({ logWeights, logLikelihood, count }: Particles, step: number): void {
  for (let i = 0; i < count; i++) logWeights[i] += step * logLikelihood[i];
}
