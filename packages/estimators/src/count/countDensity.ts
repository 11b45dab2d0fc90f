import { createMlp, type MlpSpec, numMlpWeights } from "../mlp.ts";
import { createCountMixture } from "./countMixture.ts";

/** The architecture of p(count | θ): a network, a linear path beside it, and the mixture that both feed. */
export interface CountDensitySpec {
  readonly kind: "count-mixture";
  readonly numComponents: number;
  /** From the features of θ to the outputs of the mixture. */
  readonly network: MlpSpec;
}

/** Flat weights: those of the network, then the linear path (features × 2) from features to location and logScale. */
export function numCountWeights({ network }: CountDensitySpec): number {
  return numMlpWeights(network) + 2 * network.widths[0];
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
   * features: numRows × numFeatures, row-major. Overwrites logTerms[0 … numTerms). Terms of one row must stand together,
   * rows in rising order.
   */
  evaluate(features: Float64Array, numRows: number, terms: CountTerms, logTerms: Float64Array): void;
  /** ADDS Σ adjoint_i ∂ log p_i / ∂features to `featureGradient`, at the last `evaluate`. */
  pullbackFeatures(adjoint: Float64Array, featureGradient: Float64Array): void;
  /** Overwrites `gradient` (numWeights) with Σ adjoint_i ∂ log p_i / ∂weights, at the last `evaluate`. */
  pullbackWeights(adjoint: Float64Array, gradient: Float32Array): void;
  /** A draw for each row, on the standardised scale of counts. */
  readonly mixture: ReturnType<typeof createCountMixture>;
  /** Runs the network; the outputs of row r are `outputs[r * numOutputs …]`. */
  readonly outputs: Float64Array;
  run(features: Float64Array, numRows: number): void;
}

/** Allocates the density for up to `maxRows` rows and `maxTerms` terms. */
export function createCountDensity(spec: CountDensitySpec, maxRows: number, maxTerms: number): CountDensity {
  const mixture = createCountMixture(spec.numComponents);
  const { numOutputs } = mixture;
  const mlp = createMlp(spec.network, maxRows);
  const numFeatures = mlp.numInputs;
  const numNetworkWeights = numMlpWeights(spec.network);
  const linear = new Float64Array(2 * numFeatures);
  const outputs = new Float64Array(maxRows * numOutputs);
  const outputGradient = new Float64Array(maxRows * numOutputs);
  const partials = new Float64Array(maxTerms * numOutputs);
  const location = numOutputs - 2;
  let current: { features: Float64Array; numRows: number; terms: CountTerms } | undefined;

  const run = (features: Float64Array, numRows: number): void => {
    const { input, inputStride, output, outputStride } = mlp;
    for (let r = 0; r < numRows; r++) {
      for (let f = 0; f < numFeatures; f++) input[r * inputStride + f] = features[r * numFeatures + f];
    }
    mlp.forward(numRows);
    for (let r = 0; r < numRows; r++) {
      const to = r * numOutputs;
      for (let o = 0; o < numOutputs; o++) outputs[to + o] = output[r * outputStride + o];
      for (let f = 0; f < numFeatures; f++) {
        const feature = features[r * numFeatures + f];
        outputs[to + location] += linear[2 * f] * feature;
        outputs[to + location + 1] += linear[2 * f + 1] * feature;
      }
    }
  };

  /** outputGradient = Σ_terms adjoint · partials, row by row; also handed to the network. */
  const gatherOutputGradient = (adjoint: Float64Array): { features: Float64Array; numRows: number } => {
    if (current === undefined) throw new Error("pullback before evaluate");
    const { features, numRows, terms } = current;
    outputGradient.fill(0, 0, numRows * numOutputs);
    for (let i = 0; i < terms.numTerms; i++) {
      const to = terms.rowOfTerm[i] * numOutputs;
      const from = i * numOutputs;
      for (let o = 0; o < numOutputs; o++) outputGradient[to + o] += adjoint[i] * partials[from + o];
    }
    for (let r = 0; r < numRows; r++) {
      const to = r * mlp.outputStride;
      for (let o = 0; o < numOutputs; o++) mlp.outputGradient[to + o] = outputGradient[r * numOutputs + o];
    }
    return { features, numRows };
  };

  return {
    numWeights: numCountWeights(spec),
    mixture,
    outputs,
    run,
    setWeights(weights) {
      mlp.setWeights(weights);
      for (let i = 0; i < linear.length; i++) linear[i] = weights[numNetworkWeights + i];
    },
    evaluate(features, numRows, terms, logTerms) {
      run(features, numRows);
      current = { features, numRows, terms };
      let row = -1;
      for (let i = 0; i < terms.numTerms; i++) {
        if (terms.rowOfTerm[i] !== row) {
          row = terms.rowOfTerm[i];
          mixture.setRow(outputs, row * numOutputs);
        }
        logTerms[i] = mixture.logMass(terms.lower[i], terms.upper[i], partials, i * numOutputs);
      }
    },
    pullbackFeatures(adjoint, featureGradient) {
      const { numRows } = gatherOutputGradient(adjoint);
      mlp.backwardInput(numRows);
      for (let r = 0; r < numRows; r++) {
        const atLocation = outputGradient[r * numOutputs + location];
        const atLogScale = outputGradient[r * numOutputs + location + 1];
        for (let f = 0; f < numFeatures; f++) {
          featureGradient[r * numFeatures + f] +=
            mlp.inputGradient[r * mlp.inputStride + f] + linear[2 * f] * atLocation + linear[2 * f + 1] * atLogScale;
        }
      }
    },
    pullbackWeights(adjoint, gradient) {
      const { features, numRows } = gatherOutputGradient(adjoint);
      mlp.backwardWeights(numRows, gradient);
      for (let f = 0; f < numFeatures; f++) {
        let atLocation = 0;
        let atLogScale = 0;
        for (let r = 0; r < numRows; r++) {
          atLocation += features[r * numFeatures + f] * outputGradient[r * numOutputs + location];
          atLogScale += features[r * numFeatures + f] * outputGradient[r * numOutputs + location + 1];
        }
        gradient[numNetworkWeights + 2 * f] = atLocation;
        gradient[numNetworkWeights + 2 * f + 1] = atLogScale;
      }
    },
  };
}
