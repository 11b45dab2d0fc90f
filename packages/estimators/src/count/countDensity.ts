import type { MlpSpec } from "../mlp.ts";
import { type CountTerms, createCountMixture } from "./countMixture.ts";
import { createCountNetwork, numCountNetworkWeights } from "./countNetwork.ts";

/** The architecture of p(count | θ): a network, a linear path beside it, and the mixture that both feed. */
export interface CountDensitySpec {
  readonly kind: "count-mixture";
  readonly numComponents: number;
  /** From the features of θ to the outputs of the mixture. */
  readonly network: MlpSpec;
}

/** Flat weights: those of the network, then the linear path (features × 2) from features to location and logScale. */
export function numCountWeights({ network }: CountDensitySpec): number {
  return numCountNetworkWeights(network);
}

/**
 * log p(count | features) with its gradients in features and in weights: one fused operation over preallocated buffers,
 * the same in training and in use. The network runs once a row in float32; the mixture runs in float64.
 */
export interface CountDensity {
  readonly numWeights: number;
  setWeights(weights: Float32Array): void;
  /**
   * features: numRows × numFeatures, row-major, to be left alone until the last pullback. Overwrites
   * logTerms[0 … numTerms). Terms of one row that stand together share the work for the row, neighbouring counts in
   * rising order that for their common edge; the values do not depend on the order.
   */
  evaluate(features: Float64Array, numRows: number, terms: CountTerms, logTerms: Float64Array): void;
  /** ADDS Σ adjoint_i ∂ log p_i / ∂features to `featureGradient`, at the last `evaluate`. */
  pullbackFeatures(adjoint: Float64Array, featureGradient: Float64Array): void;
  /** Overwrites `gradient` (numWeights) with Σ adjoint_i ∂ log p_i / ∂weights, at the last `evaluate`. */
  pullbackWeights(adjoint: Float64Array, gradient: Float32Array): void;
}

/** Allocates the density for up to `maxRows` rows and `maxTerms` terms. */
export function createCountDensity(spec: CountDensitySpec, maxRows: number, maxTerms: number): CountDensity {
  const mixture = createCountMixture(spec.numComponents, maxRows, maxTerms);
  const network = createCountNetwork(spec.network, maxRows, mixture);
  return {
    numWeights: numCountWeights(spec),
    setWeights: network.setWeights,
    evaluate(features, numRows, terms, logTerms) {
      network.run(features, numRows);
      mixture.evaluate(numRows, terms, logTerms);
    },
    pullbackFeatures(adjoint, featureGradient) {
      mixture.pullback(adjoint);
      network.pullbackFeatures(featureGradient);
    },
    pullbackWeights(adjoint, gradient) {
      mixture.pullback(adjoint);
      network.pullbackWeights(gradient);
    },
  };
}
