import type { DensityMemory } from "../density/conditionalDensity.ts";

/** Observations as a network reads them: one row, or a set of rows, of standardised numbers for each. */
export interface EmbeddingInputs {
  readonly numObservations: number;
  /** numTrials × width, row-major. */
  readonly values: Float64Array;
  /** The observation of each trial, rising from 0. Networks of plain vectors have one trial an observation. */
  readonly observationOfTrial: Int32Array;
}

/**
 * A network from x to the summaries that an estimator conditions on: one fused operation over preallocated buffers, the
 * same in training and in use.
 */
export interface Embedding {
  readonly numSummaries: number;
  readonly numWeights: number;
  /** For optimisers that change weights where they are. */
  readonly memory?: DensityMemory;
  setWeights(weights: Float32Array): void;
  /** Overwrites `summaries` (numObservations × numSummaries, row-major). */
  evaluate(inputs: EmbeddingInputs, summaries: Float64Array): void;
  /** ADDS Σ adjoint ∂summaries/∂weights to `weights`, at the last `evaluate`; adjoint has the shape of `summaries`. */
  pullback(adjoint: Float64Array, weights: Float32Array): void;
}
