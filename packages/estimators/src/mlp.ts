import { type Activation, createKernels, type Kernels, paddedColumns } from "@poolish/kernels";
import {
  clearWeightGradient,
  createMlpLayers,
  type MlpLayer,
  mlpCapacity,
  readWeightGradient,
  writeLayerWeights,
} from "./mlpLayers.ts";

/** A fully connected network: widths from input to output; the activation follows each layer but the last. */
export interface MlpSpec {
  readonly widths: readonly number[];
  readonly activation: Activation;
}

/** The number of weights and biases of a network. */
export function numMlpWeights({ widths }: MlpSpec): number {
  return widths.slice(1).reduce((count, width, layer) => count + (widths[layer] + 1) * width, 0);
}

/**
 * A network with its buffers, for up to `maxRows` rows at a time, which may be none. Rows are independent to the bit.
 * Flat weights: for each layer the matrix (inputs × outputs, row-major), then the biases.
 */
export interface Mlp {
  readonly numInputs: number;
  readonly numOutputs: number;
  /** Copies `numMlpWeights(spec)` numbers in. */
  setWeights(weights: Float32Array): void;
  /** numRows × numInputs, float32, `inputStride` apart: to be filled before `forward`. */
  readonly input: Float32Array;
  readonly inputStride: number;
  /** numRows × numOutputs, float32, `outputStride` apart: filled by `forward`. */
  readonly output: Float32Array;
  /** To be filled before a backward pass; same layout as `output`. */
  readonly outputGradient: Float32Array;
  readonly outputStride: number;
  /** Filled by `backwardInput`; same layout as `input`. */
  readonly inputGradient: Float32Array;
  forward(numRows: number): void;
  /** The gradient with respect to the input, at the rows of the last `forward`. */
  backwardInput(numRows: number): void;
  /** Overwrites the first `numMlpWeights(spec)` elements of `gradient` with the sum over the rows of the last `forward`. */
  backwardWeights(numRows: number, gradient: Float32Array): void;
}

/** Allocates a network for up to `maxRows` rows; the weights are zero until `setWeights`. */
export function createMlp({ widths, activation }: MlpSpec, maxRows: number): Mlp {
  const kernels = createKernels({ capacity: mlpCapacity(widths, maxRows) });
  const layers = createMlpLayers(kernels, widths, maxRows);
  const first = layers[0];
  const last = layers[layers.length - 1];
  return {
    numInputs: first.inputs,
    numOutputs: last.outputs,
    input: first.input.values,
    inputStride: paddedColumns(first.inputs),
    output: last.value.values,
    outputGradient: last.gradient.values,
    outputStride: paddedColumns(last.outputs),
    inputGradient: first.inputGradient.values,
    setWeights: (weights) => writeLayerWeights(kernels, layers, weights),
    forward(numRows) {
      if (numRows > 0) runForward(kernels, activation, layers, numRows);
    },
    backwardInput(numRows) {
      if (numRows > 0) runBackward(kernels, layers, numRows, "input");
    },
    backwardWeights(numRows, gradient) {
      if (numRows > 0) runBackward(kernels, layers, numRows, "weights");
      else clearWeightGradient(layers);
      readWeightGradient(layers, gradient);
    },
  };
}

function runForward(kernels: Kernels, activation: Activation, layers: readonly MlpLayer[], numRows: number): void {
  const last = layers.length - 1;
  for (let i = 0; i < last; i++) {
    const { input, weights, bias, slope, value } = layers[i];
    kernels.denseForwardWithSlope(input, weights, bias, activation, slope, value, numRows);
  }
  const { input, weights, bias, value } = layers[last];
  kernels.denseForward(input, weights, bias, "identity", null, value, numRows);
}

/** From the last layer's `gradient` down: to the input's gradient, or to the gradients of all weights. */
function runBackward(kernels: Kernels, layers: readonly MlpLayer[], numRows: number, goal: "input" | "weights"): void {
  for (let i = layers.length - 1; i >= 0; i--) {
    const { input, inputGradient, gradient, weightsTransposed, weightGradient, biasGradient } = layers[i];
    if (goal === "weights") {
      kernels.denseBackwardWeights(input, gradient, weightGradient, biasGradient, numRows, "overwrite");
    }
    if (i > 0) {
      const { slope } = layers[i - 1];
      kernels.denseBackwardTimes(gradient, weightsTransposed, slope, inputGradient, numRows, "overwrite");
    } else if (goal === "input") {
      kernels.denseBackwardInput(gradient, weightsTransposed, inputGradient, numRows, "overwrite");
    }
  }
}
