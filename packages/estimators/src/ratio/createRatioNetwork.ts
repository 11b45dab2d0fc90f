import type { DensityMemory, EncodedTerms, Gradients } from "../density/conditionalDensity.ts";
import { writeFeatureRows } from "../density/featureRows.ts";
import { writeFlatWeights } from "../network/weightMemory.ts";
import { evaluateRatio } from "./evaluateRatio.ts";
import { pullbackRatio } from "./pullbackRatio.ts";
import { createRatioParts, refreshRatio } from "./ratioParts.ts";
import type { RatioSpec } from "./ratioSpec.ts";
import { setRatioTerms } from "./ratioTerms.ts";

/**
 * log r(x, θ) of terms with its gradients: one fused operation over preallocated buffers, the same in training and in use.
 * Networks run in float32, sums in float64.
 */
export interface RatioNetwork {
  readonly numWeights: number;
  readonly memory: DensityMemory;
  setWeights(weights: Float32Array): void;
  /** The terms of the evaluations that follow; copied. At most `maxTerms`. */
  setTerms(terms: EncodedTerms): void;
  /** features: numRows × numFeatures, row-major. Overwrites logRatios[0 … numTerms). */
  evaluate(features: Float64Array, numRows: number, logRatios: Float64Array): void;
  /** Adds Σ adjoint_i ∂ log r_i / ∂(…) at the last `evaluate`. */
  pullback(adjoint: Float64Array, into: Gradients): void;
}

/** Allocates the ratio for up to `maxRows` rows and `maxTerms` terms. Flat weights: see `ratioBlocks`. */
export function createRatioNetwork(spec: RatioSpec, maxRows: number, maxTerms: number): RatioNetwork {
  const parts = createRatioParts(spec, maxRows, maxTerms);
  const { memory, inputs } = parts;
  return {
    numWeights: memory.positions.length,
    memory: { ...memory, refresh: () => refreshRatio(parts) },
    setWeights(weights) {
      writeFlatWeights(memory, weights);
      refreshRatio(parts);
    },
    setTerms: (terms) => setRatioTerms(spec, terms, inputs, parts.terms),
    evaluate(features, numRows, logRatios) {
      writeFeatureRows(inputs, features, spec.numFeatures, numRows);
      if (inputs.size.numTerms > 0) evaluateRatio(parts, logRatios);
    },
    pullback(adjoint, into) {
      if (inputs.size.numTerms > 0) pullbackRatio(parts, adjoint, into);
    },
  };
}
