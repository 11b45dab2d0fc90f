import type { Rng } from "@poolish/core";
import type { WeightMemory } from "../network/weightMemory.ts";

/**
 * Data as a density sees them: `columns[c][i]` is column c of term i (a continuous column standardised, a count as it is,
 * a category as its code), `conditions` numTerms × numConditions standardised known inputs, row-major.
 */
export interface EncodedTerms {
  readonly numTerms: number;
  /** Rising, so that the terms of one row stand together. */
  readonly rowOfTerm: Int32Array;
  readonly columns: readonly Float64Array[];
  readonly conditions: Float64Array;
}

/** What a pullback ADDS to; what is left out is not computed. */
export interface Gradients {
  /** numRows × numFeatures. */
  readonly features?: Float64Array;
  /** One array of numTerms for each column; only those of continuous columns are added to. */
  readonly columns?: readonly Float64Array[];
  /**
   * Flat weights. Or the very array `memory.gradient.values` of the density: then the gradient in memory is OVERWRITTEN, and
   * nothing is copied.
   */
  readonly weights?: Float32Array;
}

/** A density's own memory of weights and gradient. */
export interface DensityMemory extends WeightMemory {
  /** To be called after weights were changed in place, before the next evaluation. */
  refresh(): void;
}

/**
 * log p(encoded columns | features of θ, conditions) with its gradients: one fused operation over preallocated buffers, the
 * same in training and in use. Networks run in float32, sums and log-densities in float64.
 */
export interface ConditionalDensity {
  readonly numWeights: number;
  /** For optimisers that change weights where they are; a density without it takes flat weights and gives flat gradients. */
  readonly memory?: DensityMemory;
  setWeights(weights: Float32Array): void;
  /** The terms of the evaluations that follow; copied. At most `maxTerms`. */
  setTerms(terms: EncodedTerms): void;
  /** features: numRows × numFeatures, row-major. Overwrites logTerms[0 … numTerms). */
  evaluate(features: Float64Array, numRows: number, logTerms: Float64Array): void;
  /** Adds Σ adjoint_i ∂ log p_i / ∂(…) at the last `evaluate`. */
  pullback(adjoint: Float64Array, into: Gradients): void;
  /**
   * Overwrites columns[c][0 … numTerms) of the terms last set with draws, one for each term, given their rows and
   * conditions (the columns that were set are ignored).
   */
  sample(rng: Rng, features: Float64Array, numRows: number, columns: readonly Float64Array[]): void;
}
