import type { Rng } from "@poolish/core";
import type { Observations } from "../embedding/readObservations.ts";
import type { PosteriorEstimator } from "../posterior/posteriorEstimator.ts";
import type { PosteriorSpec } from "../posterior/posteriorSpec.ts";
import type { Hutchinson } from "./density/flowLogProb.ts";
import type { VectorFieldSpec } from "./vectorFieldSpec.ts";

/** Mean and covariance of the prior over the encoded parameters: what composing trials needs to know of it. */
export interface EncodedPrior {
  readonly mean: readonly number[];
  /** D × D, row-major. */
  readonly covariance: readonly number[];
}

/** Everything about a vector-field posterior but its weights; written to its file as JSON. */
export interface VectorFieldEstimatorSpec extends Omit<PosteriorSpec, "target" | "density"> {
  readonly target: "vector-field";
  readonly density: VectorFieldSpec;
  readonly prior: EncodedPrior;
}

/** How draws follow the field; what is left out has a default. */
export interface FieldSampling {
  /** "ode" (the default): the probability flow. "sde": the reverse stochastic equation, which forgives small errors of the field. */
  readonly method?: "ode" | "sde";
  /** Steps of a fixed grid: 8 of the ODE (third order; 4 may do), 64 of the SDE where it is left out. */
  readonly steps?: number;
  /** Lets the ODE choose its steps instead: by their error, in standard deviations of the baseline, such as 1e-3. */
  readonly tolerance?: number;
  /** Langevin corrections after each step of the SDE; none by default. */
  readonly corrections?: number;
  /**
   * Takes the rows of x for independent trials of one observation, and composes their posteriors with the prior counted once: by
   * Gaussian covariances from draws ("gauss"), or by those that the field's own derivative gives at each point ("jacobian",
   * slower; Linhart et al. 2024, §3.2). Draws follow the SDE. For tens of trials: the field's errors add up over them.
   */
  readonly compose?: "gauss" | "jacobian";
}

/** How log-densities are computed by hand; what is left out has a default. */
export interface FieldLogProbOptions extends Pick<FieldSampling, "tolerance"> {
  /** Estimates the divergence by this many random directions for each row; by default it is exact. */
  readonly hutchinson?: Hutchinson;
}

/** p(θ | x) as a field that carries noise to θ: a `PosteriorEstimator` whose draws may follow the field in several ways. */
export interface VectorFieldEstimator extends Omit<PosteriorEstimator, "spec" | "sample" | "logProb"> {
  readonly spec: VectorFieldEstimatorSpec;
  /**
   * Draws of θ, `count` for each observation: numObservations × count × numParameters, row-major; with `compose`, x is one
   * observation of several trials. All lie on the supports.
   * @throws PoolishError for x that the columns cannot hold, lengths that do not fit, and options out of range.
   */
  sample(rng: Rng, x: Observations, count: number, options?: FieldSampling): Float64Array;
  /**
   * log p(θ_i | x_i) by the probability flow with its exact divergence, to the solver's `tolerance` (1e-4 by default). `theta`
   * holds n rows; `x` one observation, used for all, or n. -Infinity off the support. `at` evaluates on the fixed grid of
   * `spec.density.numSteps` steps instead, whose error is `spec.density.gridError`. With `hutchinson` the divergence is an unbiased
   * estimate by random directions, of which the work is that of as many parameters: for many parameters.
   * @throws PoolishError as `sample` does.
   */
  logProb(theta: number | ArrayLike<number>, x: Observations, options?: FieldLogProbOptions): Float64Array;
}
