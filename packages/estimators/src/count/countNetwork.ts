import { createMlp, type Mlp, type MlpSpec, numMlpWeights } from "../mlp.ts";
import { createLinearPath } from "./linearPath.ts";

/** Float64 rows of outputs and of the gradient in them, numRows × numOutputs each, row-major. */
export interface OutputRows {
  /** Filled by `run`. */
  readonly outputs: Float64Array;
  /** To be filled before a pullback. */
  readonly outputGradient: Float64Array;
}

/** From features of θ to the outputs of the mixture: a network and a linear path beside it, with their buffers. */
export interface CountNetwork {
  readonly numFeatures: number;
  /** Copies `numCountNetworkWeights(spec)` numbers in: those of the network, then the linear path (features × 2). */
  setWeights(weights: Float32Array): void;
  /** features: numRows × numFeatures, row-major, to be left alone until the last pullback. */
  run(features: Float64Array, numRows: number): void;
  /** ADDS the gradient in the features of the last `run`. */
  pullbackFeatures(featureGradient: Float64Array): void;
  /** Overwrites `gradient` with the gradient in the weights, summed over the rows of the last `run`. */
  pullbackWeights(gradient: Float32Array): void;
}

export function numCountNetworkWeights(spec: MlpSpec): number {
  return numMlpWeights(spec) + 2 * spec.widths[0];
}

/** Allocates the network for up to `maxRows` rows; it writes to and reads from `rows`. */
export function createCountNetwork(spec: MlpSpec, maxRows: number, rows: OutputRows): CountNetwork {
  const { outputs, outputGradient } = rows;
  const mlp = createMlp(spec, maxRows);
  const { numInputs: numFeatures, numOutputs } = mlp;
  const linear = createLinearPath(numFeatures, numOutputs);
  const linearFrom = numMlpWeights(spec);
  let current: { readonly features: Float64Array; readonly numRows: number } = { features: outputs, numRows: 0 };
  return {
    numFeatures,
    setWeights(weights) {
      mlp.setWeights(weights);
      for (let i = 0; i < linear.weights.length; i++) linear.weights[i] = weights[linearFrom + i];
    },
    run(features, numRows) {
      current = { features, numRows };
      runMlp(mlp, features, numRows, outputs);
      linear.add(features, numRows, outputs);
    },
    pullbackFeatures(featureGradient) {
      const { numRows } = current;
      copyOutputGradient(mlp, outputGradient, numRows);
      mlp.backwardInput(numRows);
      addInputGradient(mlp, numRows, featureGradient);
      linear.pullbackFeatures(outputGradient, numRows, featureGradient);
    },
    pullbackWeights(gradient) {
      const { features, numRows } = current;
      copyOutputGradient(mlp, outputGradient, numRows);
      mlp.backwardWeights(numRows, gradient);
      linear.pullbackWeights(features, outputGradient, numRows, gradient, linearFrom);
    },
  };
}

function runMlp(mlp: Mlp, features: Float64Array, numRows: number, outputs: Float64Array): void {
  const { input, inputStride, numInputs, output, outputStride, numOutputs } = mlp;
  for (let r = 0; r < numRows; r++) {
    for (let f = 0; f < numInputs; f++) input[r * inputStride + f] = features[r * numInputs + f];
  }
  mlp.forward(numRows);
  for (let r = 0; r < numRows; r++) {
    for (let o = 0; o < numOutputs; o++) outputs[r * numOutputs + o] = output[r * outputStride + o];
  }
}

function copyOutputGradient(mlp: Mlp, outputGradient: Float64Array, numRows: number): void {
  const { numOutputs, outputStride } = mlp;
  for (let r = 0; r < numRows; r++) {
    for (let o = 0; o < numOutputs; o++) mlp.outputGradient[r * outputStride + o] = outputGradient[r * numOutputs + o];
  }
}

function addInputGradient(mlp: Mlp, numRows: number, featureGradient: Float64Array): void {
  const { numInputs, inputStride, inputGradient } = mlp;
  for (let r = 0; r < numRows; r++) {
    for (let f = 0; f < numInputs; f++) featureGradient[r * numInputs + f] += inputGradient[r * inputStride + f];
  }
}
