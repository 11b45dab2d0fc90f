import type { Likelihood } from "@poolish/core";
import type { Numbers } from "../callArguments.ts";
import type { EstimatorSpec } from "../estimatorSpec.ts";
import type { RatioSpec } from "./ratioSpec.ts";

/** Everything about a ratio estimator but its weights; written to its file as JSON. */
export interface RatioEstimatorSpec extends Omit<EstimatorSpec, "target" | "density"> {
  readonly target: "ratio";
  readonly ratio: RatioSpec;
}

/**
 * log p(x | θ) − log p(x), up to a function of x alone: a `Likelihood` that knows no more than how θ compare. It serves
 * wherever only that matters, such as sampling θ under any prior, hierarchical or not; it cannot draw x, and has no part
 * in evidence or cross-validation.
 */
export interface RatioEstimator extends Likelihood {
  readonly spec: RatioEstimatorSpec;
  /** A copy is not made: do not write to it. */
  readonly weights: Float32Array;
  readonly isNormalised: false;
  /** For each parameter, the interval of values that training saw. */
  readonly trainingBox: Readonly<Record<string, readonly [lower: number, upper: number]>>;
  /**
   * log r(x_i, θ_i) of numTrials observations. `x` holds numTrials × numColumns numbers, row-major; `theta` either one row
   * of numParameters, used for all, or one row for each observation; so do `conditions` where the estimator has any. Plain
   * numbers stand for arrays of one. -Infinity where θ is off its support.
   * @throws PoolishError for x that the columns cannot hold, or lengths that do not fit.
   */
  logRatio(x: Numbers, theta: Numbers, conditions?: Numbers): Float64Array;
  /**
   * The standard deviation of log r(x_i, θ_i) over the members of an ensemble. Arguments as in `logRatio`; zeros for a
   * single member. What the members disagree on that is a function of x alone counts here, but means nothing for θ.
   */
  spread(x: Numbers, theta: Numbers, conditions?: Numbers): Float64Array;
}
