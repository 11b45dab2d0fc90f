import type { Rng } from "./rng.ts";
import type { Support } from "./support.ts";

/** An unnormalised log-density on R^dim; it may be shifted by a constant, if always the same. */
export interface LogDensity {
  readonly dim: number;
  /**
   * Reads `position`, overwrites `gradient` (both of length dim). -Infinity = off the support; NaN = numerical failure,
   * which a sampler takes for a divergence; throws only on bugs. The gradient means nothing when the value is not finite.
   */
  valueAndGradient(position: Float64Array, gradient: Float64Array): number;
  /**
   * Where chains that start near the origin would be far from all mass: overwrites those coordinates of `position` that are
   * known better by a draw, e.g. from a learned prior, whose tails lead nowhere.
   */
  readonly drawStart?: (rng: Rng, position: Float64Array) => void;
}

/** A posterior split into prior and likelihood, both on the unconstrained scale, for tempering (SMC). */
export interface TemperedDensity extends LogDensity {
  /** Overwrites `position` with a draw from the prior. */
  samplePrior(rng: Rng, position: Float64Array): void;
  /** Log prior with the Jacobian; overwrites `gradient`. */
  logPrior(position: Float64Array, gradient: Float64Array): number;
  /** Log-likelihood; overwrites `gradient`. */
  logLikelihood(position: Float64Array, gradient: Float64Array): number;
  /**
   * Both parts of `count` positions at once, where that is faster than one by one; see `LogPartsBatch`. A sampler uses it
   * in place of `logPrior` and `logLikelihood` when it is there.
   */
  readonly logPartsBatch?: LogPartsBatch;
}

/**
 * Reads `count` rows of `positions` (row-major, dim wide); overwrites the first `count` numbers of `logPriors` and
 * `logLikelihoods`, and as many rows of both gradients where these are given. Where a prior is not finite the likelihood
 * is -Infinity; a failed likelihood is NaN. A gradient means nothing where one of the two is not finite. The same rows in
 * the same batch give the same bits; among other rows their rounding may differ.
 */
export type LogPartsBatch = (
  positions: Float64Array,
  count: number,
  logPriors: Float64Array,
  logLikelihoods: Float64Array,
  priorGradients?: Float64Array,
  likelihoodGradients?: Float64Array,
) => void;

/** A normalised density on the constrained scale, e.g. a learned prior. */
export interface Density {
  readonly dim: number;
  readonly supports: readonly Support[];
  /** Overwrites `gradient`; -Infinity off the support. */
  logDensityAndGradient(position: Float64Array, gradient: Float64Array): number;
  /** Overwrites `position` with one draw. */
  readonly sample?: (rng: Rng, position: Float64Array) => void;
}
