import { type CountMixtureKernel, createCountMixtureKernel } from "@poolish/kernels";
import type { MlpSpec } from "../mlp.ts";
import { createCountNetwork, numCountNetworkWeights } from "./countNetwork.ts";
import { createFaintTerms } from "./faintTerms.ts";

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

/** The terms that an evaluation is over: term i is the count between edges lower[i] and upper[i], in row rowOfTerm[i]. */
export interface CountTerms {
  readonly numTerms: number;
  readonly rowOfTerm: Int32Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
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
  const mixture = createCountMixtureKernel({ numComponents: spec.numComponents, maxRows, maxTerms });
  const network = createCountNetwork(spec.network, maxRows, mixture);
  const faint = createFaintTerms(spec.numComponents);
  let currentTerms = 0;
  const pullbackTerms = (adjoint: Float64Array) => {
    copy(adjoint, mixture.adjoint, currentTerms);
    mixture.pullback();
    faint.pullback(mixture.adjoint, mixture.outputGradient);
  };
  return {
    numWeights: numCountWeights(spec),
    setWeights: network.setWeights,
    evaluate(features, numRows, terms, logTerms) {
      currentTerms = terms.numTerms;
      network.run(features, numRows);
      copyTerms(terms, mixture);
      const numFaint = mixture.evaluate(numRows, currentTerms);
      copy(mixture.logTerms, logTerms, currentTerms);
      faint.evaluate(mixture.faintTerms, numFaint, mixture, logTerms);
    },
    pullbackFeatures(adjoint, featureGradient) {
      pullbackTerms(adjoint);
      network.pullbackFeatures(featureGradient);
    },
    pullbackWeights(adjoint, gradient) {
      pullbackTerms(adjoint);
      network.pullbackWeights(gradient);
    },
  };
}

function copy(from: Float64Array, to: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) to[i] = from[i];
}

function copyTerms({ numTerms, rowOfTerm, lower, upper }: CountTerms, to: CountMixtureKernel): void {
  for (let i = 0; i < numTerms; i++) {
    to.rowOfTerm[i] = rowOfTerm[i];
    to.lower[i] = lower[i];
    to.upper[i] = upper[i];
  }
}
