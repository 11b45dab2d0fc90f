import type { Rng, TemperedDensity } from "@poolish/core";
import { createParticles, type Particles } from "./particles.ts";
import type { TemperedTarget } from "./temperedTarget.ts";

/**
 * Groups that are resampled apart, so that their spread measures the error (`evidenceOf`): 20 give a t distribution with
 * 19 degrees of freedom, close to the normal, and leave 100 particles a group at 2,000.
 */
export const NUM_GROUPS = 20;
/** A prior draw may round to the edge of its support, where the density is not finite: it is drawn again. */
const MAX_PRIOR_DRAWS = 100;

/** Room for `count` particles, each with a stream of its own that `rng` names. */
export function emptyPopulation(dim: number, count: number, rng: Rng): Particles {
  const streams = Array.from({ length: count }, (_, i) => rng.foldIn(i));
  return createParticles({ count, dim, numGroups: NUM_GROUPS }, streams);
}

/**
 * Fills particles [from, to) with draws from the prior. False when a particle's prior draws never had a finite log prior:
 * then `samplePrior` and `logPrior` do not belong together.
 */
export function drawPopulation(
  density: TemperedDensity,
  target: TemperedTarget,
  particles: Particles,
  from: number,
  to: number,
): boolean {
  const { dim } = particles;
  const position = new Float64Array(dim);
  const gradient = new Float64Array(dim);
  for (let i = from; i < to; i++) {
    if (!drawOne(density, target, particles.streams[i], position, gradient)) return false;
    particles.logPrior[i] = target.logPrior;
    particles.logLikelihood[i] = target.logLikelihood;
    particles.positions.set(position, i * dim);
    particles.priorGradients.set(target.priorGradient, i * dim);
    particles.likelihoodGradients.set(target.likelihoodGradient, i * dim);
  }
  return true;
}

function drawOne(
  density: TemperedDensity,
  target: TemperedTarget,
  rng: Rng,
  position: Float64Array,
  gradient: Float64Array,
): boolean {
  for (let attempt = 0; attempt < MAX_PRIOR_DRAWS; attempt++) {
    density.samplePrior(rng, position);
    target.valueAndGradient(position, gradient);
    if (Number.isFinite(target.logPrior)) return true;
  }
  return false;
}
