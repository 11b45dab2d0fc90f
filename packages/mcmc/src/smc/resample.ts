import type { Rng } from "@poolish/core";
import { copyParticle, type Particles } from "./particles.ts";
import { systematicAncestors } from "./systematicAncestors.ts";

/**
 * Resamples each group of `source` into the same group of `to`, and gives all of a group its mean weight: what the group
 * says about the evidence stays with it. `weights` are the normalised weights of `source`. Overwrites `ancestors`.
 */
export function resampleGroups(
  source: Particles,
  weights: Float64Array,
  rng: Rng,
  to: Particles,
  ancestors: Int32Array,
): void {
  const { groupStarts, count } = source;
  for (let k = 0; k < groupStarts.length - 1; k++) {
    const start = groupStarts[k];
    const end = groupStarts[k + 1];
    const logMean = logMeanWeight(source.logWeights, start, end);
    if (logMean === -Infinity) for (let i = start; i < end; i++) ancestors[i] = i;
    else systematicAncestors(weights, start, end, rng.uniform(), ancestors);
    to.logWeights.fill(logMean, start, end);
  }
  for (let i = 0; i < count; i++) copyParticle(source, ancestors[i], to, i);
}

/** Resamples the whole of `source` into equal weights, across groups: for the end, when the evidence is known. */
export function resampleAll(
  source: Particles,
  weights: Float64Array,
  rng: Rng,
  to: Particles,
  ancestors: Int32Array,
): void {
  systematicAncestors(weights, 0, source.count, rng.uniform(), ancestors);
  to.logWeights.fill(0);
  for (let i = 0; i < source.count; i++) copyParticle(source, ancestors[i], to, i);
}

function logMeanWeight(logWeights: Float64Array, start: number, end: number): number {
  let largest = -Infinity;
  for (let i = start; i < end; i++) largest = Math.max(largest, logWeights[i]);
  if (largest === -Infinity) return largest;
  let sum = 0;
  for (let i = start; i < end; i++) sum += Math.exp(logWeights[i] - largest);
  return largest + Math.log(sum / (end - start));
}
