import type { Rng } from "./rng.ts";
import type { ScalarSupport } from "./support.ts";

/** Named columns of data, one number a trial each. All columns of one call have the same length. */
export type Columns = Readonly<Record<string, ArrayLike<number>>>;

/** A parameter of a likelihood: name, support, and the box [lower, upper] of the θ that it was trained with. */
export interface ParameterSpec {
  readonly name: string;
  readonly support: ScalarSupport;
  readonly box: readonly [lower: number, upper: number];
}

export type ColumnKind = "continuous" | "count" | "category";

/** A column of x or of the known conditions. A bound is a number or the name of the parameter that sets it. */
export interface ColumnSpec {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly bounds?: { readonly lower?: number | string; readonly upper?: number | string };
  /** The values that a category may take, where they are known. */
  readonly categories?: readonly number[];
}

/** p(x | θ, conditions), learned or written by hand. */
export interface Likelihood {
  readonly parameters: readonly ParameterSpec[];
  /** What it explains. */
  readonly columns: readonly ColumnSpec[];
  /** Known inputs of each trial that it was trained with; may be empty. */
  readonly conditions: readonly ColumnSpec[];
  /** False for ratios: LOO and evidence refuse, `sample` is absent. */
  readonly isNormalised: boolean;
  /**
   * Prepares the likelihood of `columns` (and conditions) for repeated evaluation; whatever depends on data alone is
   * computed here, once. `row[i]` in [0, numRows) is the θ row of trial i.
   * @throws PoolishError naming column and row for data that the likelihood cannot explain.
   */
  bind(columns: Columns, row: Int32Array, numRows: number): BoundLikelihood;
  /**
   * Draws x given θ. `theta` holds either one row, used for every draw, or `count` rows, one for each draw
   * (row-major, numParameters wide); so do `conditions`, which a likelihood that has any needs. Writes
   * count × numColumns values to `out`.
   */
  readonly sample?: (
    rng: Rng,
    theta: Float64Array,
    count: number,
    out: Float64Array,
    conditions?: Float64Array,
  ) => void;
  /** Plain data from which the same likelihood is revived in a worker, a page or a later run. */
  toDescriptor(): LikelihoodDescriptor;
}

/** A likelihood tied to data. A term is a distinct (θ row, x) pair: equal trials are counted, not repeated. */
export interface BoundLikelihood {
  readonly numTerms: number;
  /** How many trials share each term; length numTerms. */
  readonly multiplicity: Float64Array;
  /** The term of each trial. */
  readonly termOfTrial: Int32Array;
  /** θ: numRows × numParameters, row-major, on the constrained scale. Overwrites `logTerms` (length numTerms). */
  evaluate(theta: Float64Array, logTerms: Float64Array): void;
  /** ADDS Σ_i adjoint_i ∂ log p_i / ∂θ into `thetaGradient` (shape of θ), at the θ of the last `evaluate`. */
  pullback(adjoint: Float64Array, thetaGradient: Float64Array): void;
  /**
   * `evaluate`, and `pullback` with `adjoint`, in one go: offered where that saves work, e.g. because terms are too many to
   * keep what the networks left of them. `beforePullback`, if there is one, is called for each run of terms, first to end − 1, that
   * together are all of them, after their `logTerms` have been written and before their adjoints are read: adjoints that follow
   * from the terms are written there.
   */
  evaluateWithGradient?(
    theta: Float64Array,
    adjoint: Float64Array,
    logTerms: Float64Array,
    thetaGradient: Float64Array,
    beforePullback?: (first: number, end: number) => void,
  ): void;
}

/** A likelihood as data that survives structured cloning. */
export type LikelihoodDescriptor =
  /** The bytes of an estimator file. */
  | { readonly kind: "estimator"; readonly bytes: Uint8Array }
  /** No likelihood but a learned prior that travels with a model's likelihoods: see `DensityDescriptor`. */
  | { readonly kind: "density"; readonly bytes: Uint8Array; readonly x: Float64Array }
  /** A module (file or http URL) whose export `exportName` is the likelihood: for likelihoods written by hand. */
  | { readonly kind: "module"; readonly url: string; readonly exportName: string }
  /** A likelihood written by hand in no module: it cannot leave its thread. `name` is what messages call it. */
  | { readonly kind: "inline"; readonly name: string };
