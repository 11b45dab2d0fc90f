import type { ColumnSpec, ParameterSpec } from "./likelihood.ts";
import type { Density } from "./logDensity.ts";
import type { Rng } from "./rng.ts";

/** A learned density as data that survives structured cloning. */
export interface DensityDescriptor {
  readonly kind: "estimator";
  /** The bytes of an estimator file: p(θ | x), or a density of draws. */
  readonly bytes: Uint8Array;
  /** The observation at which p(θ | x) stands: row-major, numColumns wide; empty for a density of draws. */
  readonly x: Float64Array;
}

/** A normalised joint density of named scalar parameters, learned from simulations or draws: what a model takes as a prior. */
export interface LearnedDensity extends Density {
  /** One for each coordinate. No mass lies off these supports. */
  readonly parameters: readonly ParameterSpec[];
  readonly sample: (rng: Rng, position: Float64Array) => void;
  /** Plain data from which the same density is revived in a worker, a page or a later run. */
  toDescriptor(): DensityDescriptor;
}

/** p(θ | x), learned once for every x. */
export interface AmortizedPosterior {
  readonly parameters: readonly ParameterSpec[];
  /** What it conditions on. */
  readonly columns: readonly ColumnSpec[];
  /**
   * The density of θ at one observation: `x` is one row of numColumns numbers, or as many rows as there are trials, one
   * after another, where the estimator takes sets of trials.
   * @throws PoolishError for an x of another length, or that the columns cannot hold.
   */
  at(x: number | ArrayLike<number>): LearnedDensity;
}
