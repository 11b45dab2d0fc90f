import type { Argument, Rng, Support } from "@poolish/core";

/** A column of numbers inside a larger buffer: element i is values[offset + i * stride]; stride 0 repeats one number. */
export interface Strided {
  readonly values: Float64Array;
  readonly offset: number;
  readonly stride: 0 | 1;
}

/** A parameter of a family: its name and where it must lie. */
export interface FamilyParameter {
  readonly name: string;
  readonly support: Support;
}

/** A family of univariate distributions: everything that is known before parameters have values. */
export interface Family {
  readonly name: string;
  /** Discrete families have a probability mass; they are for observations, not for latent values. */
  readonly isDiscrete: boolean;
  readonly parameters: readonly FamilyParameter[];
  /** Where x lies, given the parameters (most families ignore them). */
  support(parameters: readonly number[]): Support;
  /**
   * Log-densities of `count` independent elements, with partial derivatives. Overwrites logTerms[0 … count) and, for
   * each of the arrays of `partials`, its first `count` elements: partials[0] is ∂/∂x (zero for discrete families),
   * partials[1 + k] is ∂/∂(parameter k). Where x is off the support or a parameter off its own, the log-density is
   * -Infinity and the partials are 0; NaN in gives NaN out; never throws.
   */
  evaluate(
    count: number,
    x: Strided,
    parameters: readonly Strided[],
    logTerms: Float64Array,
    partials: readonly Float64Array[],
  ): void;
  /** One draw. Uses the stream only. Parameters off their support give NaN. */
  sample(rng: Rng, parameters: readonly number[]): number;
}

/** A family with its parameters: numbers, or values of a model that are not known yet. */
export interface Distribution {
  readonly family: Family;
  readonly parameters: readonly Argument[];
  /** Log-density (or log-mass) at `x`. @throws PoolishError when a parameter is a model expression. */
  logProb(x: number): number;
  /** One draw. @throws PoolishError when a parameter is a model expression. */
  sample(rng: Rng): number;
}
