import type { Argument, Rng, ScalarSupport, Support } from "@poolish/core";

/**
 * Numbers inside a larger buffer: element i is the `width` numbers from values[offset + i * stride] on. Scalars have
 * width 1, a K × K matrix has width K², row-major. Stride 0 repeats one element; otherwise the stride is the width.
 */
export interface Strided {
  readonly values: Float64Array;
  readonly offset: number;
  readonly stride: number;
  readonly width: number;
}

/** Where a family finds its numbers when it is tied to a buffer for good. */
export interface SumPlaces {
  readonly count: number;
  /** x, then the parameters in the family's order: all of them places in one buffer. */
  readonly columns: readonly Strided[];
  /** For each column: its numbers are there already and never change, and nobody needs their derivatives. */
  readonly isConstant: readonly boolean[];
  /** Has the layout of the buffer. */
  readonly adjoints: Float64Array;
}

/** Observations in groups: those of one group share all parameters. */
export interface GroupedPlaces {
  /** The observations, known for good. */
  readonly x: Float64Array;
  /** The group of each, in [0, numGroups); no group is empty. */
  readonly groupOf: Int32Array;
  readonly numGroups: number;
  /** In the family's order: places in one buffer, one number for each group or one for all (stride 0). */
  readonly parameters: readonly Strided[];
  /** For each parameter: nobody needs its derivatives. */
  readonly isConstant: readonly boolean[];
  /** Has the layout of the buffer. */
  readonly adjoints: Float64Array;
}

/** A sum of log-densities over places of a buffer, with its gradient. */
export interface BoundSum {
  /** Σ_i log p(x_i | parameters_i) at the numbers that the buffer holds now. */
  value(): number;
  /** ADDS the derivatives of the last `value`, which must have been finite, to the adjoints. */
  pullback(): void;
}

export type Shape = "scalar" | "vector" | "matrix";

/** A parameter of a family: its name and where it must lie. */
export interface FamilyParameter {
  readonly name: string;
  /** Where each of its numbers must lie. */
  readonly support: ScalarSupport;
  /** Scalar if absent. Matrices are square and row-major. */
  readonly shape?: Shape;
  /** How many numbers it has, where the family fixes that (the weights of a mixture). */
  readonly size?: number;
  /** What its numbers must be together: shares that sum to 1 (zeros allowed), or a lower Cholesky factor. */
  readonly structure?: "simplex" | "choleskyFactor";
}

/** What all families have: everything that is known before parameters have values. */
interface FamilyBase {
  readonly name: string;
  /** Set for composed families: what `familyFrom` revives them from. The others go by their names. */
  readonly composition?: ComposedDescriptor;
  /** Discrete families have a probability mass; they are for observations, not for latent values. */
  readonly isDiscrete: boolean;
  /** Some values have a probability of their own (a censored family): for observations, not for latent values. */
  readonly hasAtoms?: boolean;
  readonly parameters: readonly FamilyParameter[];
  /** Which parameters are location and scale, if x = location + scale × (a standard x) in distribution. */
  readonly locationScale?: { readonly location: number; readonly scale: number };
  /**
   * Log-densities of `count` independent elements, with partial derivatives. Overwrites logTerms[0 … count) and, for
   * each of the arrays of `partials`, its first count × width elements, row-major: partials[0] is ∂/∂x (zero for
   * discrete families), partials[1 + k] is ∂/∂(parameter k), `width` being that of x or of the parameter. Where x is
   * off the support or a parameter off its own, the log-density is -Infinity and the partials are 0; NaN in gives NaN
   * out; never throws. Partials of vectors treat their numbers as free (a simplex leaves it to its bijector that they
   * are not).
   */
  evaluate(
    count: number,
    x: Strided,
    parameters: readonly Strided[],
    logTerms: Float64Array,
    partials: readonly Float64Array[],
  ): void;
  /** Optional: a faster way to the sum of what `evaluate` gives, equal to it up to rounding. */
  readonly bindSum?: (places: SumPlaces) => BoundSum;
  /** The sum over grouped observations from what is sufficient of each group; absent where that is all of its observations. */
  readonly bindGroupedSum?: (places: GroupedPlaces) => BoundSum;
}

/**
 * A family of distributions of one number. `parameters` of its methods are all numbers of all parameters, one parameter
 * after another; a number that is not known yet is NaN.
 */
export interface ScalarFamily extends FamilyBase {
  readonly eventShape: "scalar";
  /** Where x lies, given the parameters (most families ignore them). A bound that needs an unknown number is NaN. */
  support(parameters: readonly number[]): ScalarSupport;
  /** One draw. Uses the stream only. Parameters off their support give NaN. */
  sample(rng: Rng, parameters: readonly number[]): number;
  /** See `LogCumulative`. Absent for families that cannot be truncated or censored. */
  readonly logCumulative?: LogCumulative;
}

/** A family of distributions of vectors or square matrices; `parameters` as for scalars. */
export interface VectorFamily extends FamilyBase {
  readonly eventShape: "vector" | "matrix";
  /** Where x lies; a scalar support says it of each number of x. */
  support(parameters: readonly number[]): Support;
  /** How many numbers x has. */
  eventSize(parameters: readonly number[]): number;
  /** Overwrites the first `eventSize` numbers of `out` with one draw. Parameters off their support give NaN. */
  sample(rng: Rng, parameters: readonly number[], out: Float64Array): void;
}

/** Told apart by `eventShape`. */
export type Family = ScalarFamily | VectorFamily;

/**
 * log P(lower < x < upper), for counts log P(lower ≤ x ≤ upper); bounds may be infinite or beyond the support. Overwrites
 * `partials`: ∂/∂lower, ∂/∂upper (0 for counts), then one for each number of `parameters`. Keeps its relative accuracy
 * in both tails, also where the probability underflows or the bounds are near each other. Bounds that enclose nothing
 * give -Infinity and zeros, NaN or parameters off their support give NaN.
 */
export type LogCumulative = (
  lower: number,
  upper: number,
  parameters: readonly number[],
  partials: Float64Array,
) => number;

/** A family as plain data: its name, or how it is composed. `familyFrom` revives it. */
export type FamilyDescriptor = string | ComposedDescriptor;

export type ComposedDescriptor =
  /** Parameters: those of the component, then the lower bound, the upper bound, as far as `bounds` has them. */
  | {
      readonly kind: "truncated" | "censored";
      readonly bounds: "lower" | "upper" | "both";
      readonly components: readonly [FamilyDescriptor];
    }
  /** Parameters: the weights (one vector), then those of each component in turn. */
  | { readonly kind: "mixture"; readonly components: readonly FamilyDescriptor[] };

interface DistributionOf<AFamily extends Family, Point, Draw> {
  readonly family: AFamily;
  readonly parameters: readonly Argument[];
  /** Log-density (or log-mass) at `x`. @throws PoolishError when a parameter is a model expression. */
  logProb(x: Point): number;
  /** One draw, fresh. @throws PoolishError when a parameter is a model expression. */
  sample(rng: Rng): Draw;
}

/** A family of numbers with its parameters: numbers, or values of a model that are not known yet. */
export type Distribution = DistributionOf<ScalarFamily, number, number>;

/** A family of vectors (or row-major square matrices) with its parameters. */
export type VectorDistribution = DistributionOf<VectorFamily, ArrayLike<number>, Float64Array>;
