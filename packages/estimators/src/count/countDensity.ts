import type { MlpSpec } from "../mlp.ts";
import { createCountMixture } from "./countMixture.ts";
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

const NO_TERMS: CountTerms = {
  numTerms: 0,
  rowOfTerm: new Int32Array(0),
  lower: new Float64Array(0),
  upper: new Float64Array(0),
};

/** Allocates the density for up to `maxRows` rows and `maxTerms` terms. */
export function createCountDensity(spec: CountDensitySpec, maxRows: number, maxTerms: number): CountDensity {
  const mixture = createCountMixture(spec.numComponents);
  const network = createCountNetwork(spec.network, maxRows);
  const { numOutputs } = mixture;
  const partials = new Float64Array(maxTerms * numOutputs);
  let current = NO_TERMS;
  const gather = (adjoint: Float64Array) =>
    gatherOutputGradient(current, adjoint, partials, numOutputs, network.outputGradient);
  return {
    numWeights: numCountWeights(spec),
    setWeights: network.setWeights,
    evaluate(features, numRows, terms, logTerms) {
      current = terms;
      network.run(features, numRows);
      const { numTerms, rowOfTerm, lower, upper } = terms;
      let row = -1;
      for (let i = 0; i < numTerms; i++) {
        if (rowOfTerm[i] !== row) {
          row = rowOfTerm[i];
          mixture.setRow(network.outputs, row * numOutputs);
        }
        logTerms[i] = mixture.logMass(lower[i], upper[i], partials, i * numOutputs);
      }
    },
    pullbackFeatures(adjoint, featureGradient) {
      gather(adjoint);
      network.pullbackFeatures(featureGradient);
    },
    pullbackWeights(adjoint, gradient) {
      gather(adjoint);
      network.pullbackWeights(gradient);
    },
  };
}

/** outputGradient = Σ_terms adjoint · partials, row by row. */
function gatherOutputGradient(
  { numTerms, rowOfTerm }: CountTerms,
  adjoint: Float64Array,
  partials: Float64Array,
  numOutputs: number,
  outputGradient: Float64Array,
): void {
  outputGradient.fill(0);
  for (let i = 0; i < numTerms; i++) {
    const to = rowOfTerm[i] * numOutputs;
    const from = i * numOutputs;
    for (let o = 0; o < numOutputs; o++) outputGradient[to + o] += adjoint[i] * partials[from + o];
  }
}
