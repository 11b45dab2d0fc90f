/** A weighted population, as plain data; matrices are count × dim, row-major, on the unconstrained scale. */
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
  /** Draws with a finite prior that each slot took for one of positive likelihood. */
  readonly numPriorDraws: Float64Array;
  /** Of each slot's last move: the probability with which it was accepted, and its squared length in the metric. */
  readonly acceptance: Float64Array;
  readonly squaredJump: Float64Array;
  /** Evaluations so far, for each block. */
  readonly numGradients: Float64Array;
}

export interface ParticleShape {
  readonly count: number;
  readonly dim: number;
  readonly numGroups: number;
  readonly numBlocks: number;
}

/** Room for `length` numbers that are 0. */
export type Allocate = (length: number) => Float64Array;

/**
 * Room for a population; positions and densities are 0, weights equal. Groups are equal up to one particle. `allocate`
 * may give shared memory, so that threads can move blocks.
 */
export function createParticles(
  { count, dim, numGroups, numBlocks }: ParticleShape,
  allocate: Allocate = (length) => new Float64Array(length),
): Particles {
  return {
    count,
    dim,
    positions: allocate(count * dim),
    logPrior: allocate(count),
    logLikelihood: allocate(count),
    priorGradients: allocate(count * dim),
    likelihoodGradients: allocate(count * dim),
    logWeights: allocate(count),
    groupStarts: Int32Array.from({ length: numGroups + 1 }, (_, k) => Math.floor((count * k) / numGroups)),
    numPriorDraws: allocate(count),
    acceptance: allocate(count),
    squaredJump: allocate(count),
    numGradients: allocate(numBlocks),
  };
}

/** What resampling copies. */
export type ParticleStates = Pick<
  Particles,
  "dim" | "positions" | "logPrior" | "logLikelihood" | "priorGradients" | "likelihoodGradients"
>;

/** Overwrites particle `to` of `target` with particle `from` of `source`, its weight left out. */
export function copyParticle(source: ParticleStates, from: number, target: ParticleStates, to: number): void {
  const { dim } = source;
  target.logPrior[to] = source.logPrior[from];
  target.logLikelihood[to] = source.logLikelihood[from];
  for (let j = 0; j < dim; j++) {
    target.positions[to * dim + j] = source.positions[from * dim + j];
    target.priorGradients[to * dim + j] = source.priorGradients[from * dim + j];
    target.likelihoodGradients[to * dim + j] = source.likelihoodGradients[from * dim + j];
  }
}
