import type { AmortizedPosterior, LearnedDensity, Rng } from "@poolish/core";
import type { EmbeddingInputs } from "../embedding/embedding.ts";
import type { Observations } from "../embedding/readObservations.ts";
import type { PosteriorSpec } from "./posteriorSpec.ts";

/**
 * p(θ | x), trained once for every x: normalised, and without mass off the parameters' supports. Plain weights, no tensor
 * library. Where it takes sets of trials, an x is as many rows as there are trials.
 */
export interface PosteriorEstimator extends AmortizedPosterior {
  readonly spec: PosteriorSpec;
  /** A copy is not made: do not write to it. */
  readonly weights: Float32Array;
  /** For each parameter, the interval of values that training saw. */
  readonly trainingBox: Readonly<Record<string, readonly [lower: number, upper: number]>>;
  /**
   * Draws of θ, `count` for each observation: numObservations × count × numParameters, row-major. All lie on the supports.
   * Known conditions of a trial stand behind its columns.
   * @throws PoolishError for x that the columns cannot hold, or lengths that do not fit.
   */
  sample(rng: Rng, x: Observations, count: number): Float64Array;
  /**
   * log p(θ_i | x_i), θ on the constrained scale. `theta` holds n rows; `x` one observation, used for all, or n. -Infinity
   * off the support.
   * @throws PoolishError as `sample` does.
   */
  logProb(theta: number | ArrayLike<number>, x: Observations): Float64Array;
  /**
   * The density of θ at one observation, with its gradient on the constrained scale: a prior for a later model.
   * @throws PoolishError as `sample` does, and for more than one observation.
   */
  at(x: number | ArrayLike<number>): LearnedDensity;
  /**
   * What the densities condition on: numObservations × numSummaries, row-major, of the first member.
   * @throws PoolishError as `sample` does.
   */
  summaries(x: Observations): Float64Array;
  /** The standardised numbers that its networks read. @throws PoolishError as `sample` does. */
  inputs(x: Observations): EmbeddingInputs;
}
