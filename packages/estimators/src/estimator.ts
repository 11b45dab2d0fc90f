import type { Likelihood, Rng } from "@poolish/core";
import type { EstimatorSpec } from "./estimatorSpec.ts";

/** A trained density: a `Likelihood` that can also be evaluated and sampled by hand. Plain weights, no tensor library. */
export interface Estimator extends Likelihood {
  readonly spec: EstimatorSpec;
  /** A copy is not made: do not write to it. */
  readonly weights: Float32Array;
  /** For each parameter, the interval of values that training saw. */
  readonly trainingBox: Readonly<Record<string, readonly [lower: number, upper: number]>>;
  /**
   * log p(x_i | θ_i) of numTrials observations. `x` holds numTrials × numColumns numbers, row-major; `theta` either one
   * row of numParameters, used for all, or one row for each observation; so do `conditions` where the estimator has any.
   * Plain numbers stand for arrays of one. -Infinity where θ is off its support.
   * @throws PoolishError for x that the columns cannot hold, or lengths that do not fit.
   */
  logProb(
    x: number | ArrayLike<number>,
    theta: number | ArrayLike<number>,
    conditions?: number | ArrayLike<number>,
  ): Float64Array;
  /**
   * The standard deviation of log p(x_i | θ_i) over the members of an ensemble: what the members do not agree on is not
   * known. Arguments as in `logProb`; zeros for a single member.
   */
  spread(
    x: number | ArrayLike<number>,
    theta: number | ArrayLike<number>,
    conditions?: number | ArrayLike<number>,
  ): Float64Array;
  /**
   * `count` draws of x, count × numColumns, row-major. `theta` is one row, used for all, or `count` rows; so are
   * `conditions`. Writes to `out`, at least as long, where it is given; returns it. NaN where θ is off its support.
   * @throws PoolishError for lengths that do not fit.
   */
  readonly sample: (
    rng: Rng,
    theta: number | ArrayLike<number>,
    count: number,
    out?: Float64Array,
    conditions?: number | ArrayLike<number>,
  ) => Float64Array;
}
