import type { Rng } from "@poolish/core";

/** A weighted population, as a structure of arrays; matrices are count × dim, row-major, on the unconstrained scale. */
export interface Particles {
  readonly count: number;
  readonly dim: number;
  readonly positions: Float64Array;
  readonly logPrior: Float64Array;
  /** -Infinity where the likelihood is 0 or could not be computed. */
  readonly logLikelihood: Float64Array;
  readonly priorGradients: Float64Array;
  /** Means nothing where `logLikelihood` is -Infinity. */
  readonly likelihoodGradients: Float64Array;
  /** Not normalised: the mean of their exponentials is the estimate of the evidence at the current temperature. */
  readonly logWeights: Float64Array;
  /** Particles [starts[k], starts[k + 1]) are group k, which is resampled apart from the others. */
  readonly groupStarts: Int32Array;
  /** One stream a slot, which stays there through resampling: a move does not depend on who else is moved, or when. */
  readonly streams: readonly Rng[];
}

export interface ParticleShape {
  readonly count: number;
  readonly dim: number;
  readonly numGroups: number;
}

/** Room for a population; positions and densities are 0, weights equal. Groups are equal up to one particle. */
export function createParticles({ count, dim, numGroups }: ParticleShape, streams: readonly Rng[]): Particles {
  return {
    count,
    dim,
    positions: new Float64Array(count * dim),
    logPrior: new Float64Array(count),
    logLikelihood: new Float64Array(count),
    priorGradients: new Float64Array(count * dim),
    likelihoodGradients: new Float64Array(count * dim),
    logWeights: new Float64Array(count),
    groupStarts: Int32Array.from({ length: numGroups + 1 }, (_, k) => Math.floor((count * k) / numGroups)),
    streams,
  };
}

/** Overwrites particle `to` of `target` with particle `from` of `source`, its weight and stream left out. */
export function copyParticle(source: Particles, from: number, target: Particles, to: number): void {
  const { dim } = source;
  target.logPrior[to] = source.logPrior[from];
  target.logLikelihood[to] = source.logLikelihood[from];
  for (let j = 0; j < dim; j++) {
    target.positions[to * dim + j] = source.positions[from * dim + j];
    target.priorGradients[to * dim + j] = source.priorGradients[from * dim + j];
    target.likelihoodGradients[to * dim + j] = source.likelihoodGradients[from * dim + j];
  }
}
