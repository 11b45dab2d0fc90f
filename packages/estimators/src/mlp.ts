import {
  type Activation,
  createKernels,
  type Kernels,
  matrixLength,
  paddedColumns,
  paddedRows,
  type Region,
} from "@poolish/kernels";

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
 * A network with its buffers, for up to `maxRows` rows at a time. Rows are independent to the bit.
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

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Region;
  readonly weightsTransposed: Region;
  readonly bias: Region;
  readonly weightGradient: Region;
  readonly biasGradient: Region;
  /** Values after the activation (before it, for the last layer). */
  readonly value: Region;
  /** Values before the activation; the same region where the activation's derivative can be had from `value`. */
  readonly preactivation: Region;
  readonly gradient: Region;
}

/** Allocates a network for up to `maxRows` rows. */
export function createMlp(spec: MlpSpec, maxRows: number): Mlp {
  const { widths, activation } = spec;
  const kernels = createKernels({ capacity: mlpCapacity(widths, maxRows) });
  const [numInputs] = widths;
  const numOutputs = widths[widths.length - 1];
  const input = kernels.allocate(matrixLength(maxRows, numInputs));
  const inputGradient = kernels.allocate(matrixLength(maxRows, numInputs));
  const layers = widths.slice(1).map((outputs, i) => createLayer(kernels, widths[i], outputs, maxRows));
  const last = layers[layers.length - 1];
  const inputOf = (layer: number): Region => (layer === 0 ? input : layers[layer - 1].value);
  const backThrough = (numRows: number, visit: (layer: Layer, index: number) => void, isInputWanted: boolean): void => {
    for (let i = layers.length - 1; i >= 0; i--) {
      const layer = layers[i];
      const length = paddedRows(numRows) * paddedColumns(layer.outputs);
      if (layer !== last) {
        const { preactivation, value, gradient } = layer;
        kernels.activateGradient(activation, preactivation, value, gradient, gradient, length);
      }
      visit(layer, i);
      if (i === 0 && !isInputWanted) return;
      const below = i === 0 ? inputGradient : layers[i - 1].gradient;
      kernels.denseInputGradient(layer.gradient, layer.weightsTransposed, below, numRows, layer.inputs, layer.outputs);
    }
  };
  return {
    numInputs,
    numOutputs,
    input: input.values,
    inputStride: paddedColumns(numInputs),
    output: last.value.values,
    outputGradient: last.gradient.values,
    outputStride: paddedColumns(numOutputs),
    inputGradient: inputGradient.values,
    setWeights: (weights) => setWeights(kernels, layers, weights),
    forward(numRows) {
      for (let i = 0; i < layers.length; i++) {
        const { weights, bias, preactivation, value, inputs, outputs } = layers[i];
        kernels.dense(
          inputOf(i),
          weights,
          bias,
          i === layers.length - 1 ? value : preactivation,
          numRows,
          inputs,
          outputs,
        );
        if (i === layers.length - 1) return;
        kernels.activate(activation, preactivation, value, paddedRows(numRows) * paddedColumns(outputs));
      }
    },
    backwardInput: (numRows) => backThrough(numRows, () => undefined, true),
    backwardWeights(numRows, gradient) {
      const weightGradient = ({ gradient: dy, weightGradient: dw, biasGradient, inputs, outputs }: Layer, i: number) =>
        kernels.denseWeightGradient(inputOf(i), dy, dw, biasGradient, numRows, inputs, outputs);
      backThrough(numRows, weightGradient, false);
      getWeightGradient(layers, gradient);
    },
  };
}

function createLayer(kernels: Kernels, inputs: number, outputs: number, maxRows: number): Layer {
  const weights = matrixLength(inputs, outputs);
  const values = matrixLength(maxRows, outputs);
  return {
    inputs,
    outputs,
    weights: kernels.allocate(weights),
    weightsTransposed: kernels.allocate(matrixLength(outputs, inputs)),
    bias: kernels.allocate(paddedColumns(outputs)),
    weightGradient: kernels.allocate(weights),
    biasGradient: kernels.allocate(paddedColumns(outputs)),
    value: kernels.allocate(values),
    preactivation: kernels.allocate(values),
    gradient: kernels.allocate(values),
  };
}

function mlpCapacity(widths: readonly number[], maxRows: number): number {
  let length = 2 * matrixLength(maxRows, widths[0]);
  for (let i = 1; i < widths.length; i++) {
    length += 2 * matrixLength(widths[i - 1], widths[i]) + matrixLength(widths[i], widths[i - 1]);
    length += 2 * paddedColumns(widths[i]) + 3 * matrixLength(maxRows, widths[i]);
  }
  return length;
}

function setWeights(kernels: Kernels, layers: readonly Layer[], flat: Float32Array): void {
  let from = 0;
  for (const { inputs, outputs, weights, weightsTransposed, bias } of layers) {
    const stride = paddedColumns(outputs);
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) weights.values[i * stride + j] = flat[from + i * outputs + j];
    }
    from += inputs * outputs;
    for (let j = 0; j < outputs; j++) bias.values[j] = flat[from + j];
    from += outputs;
    kernels.transpose(weights, weightsTransposed, inputs, outputs);
  }
}

function getWeightGradient(layers: readonly Layer[], flat: Float32Array): void {
  let to = 0;
  for (const { inputs, outputs, weightGradient, biasGradient } of layers) {
    const stride = paddedColumns(outputs);
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) flat[to + i * outputs + j] = weightGradient.values[i * stride + j];
    }
    to += inputs * outputs;
    for (let j = 0; j < outputs; j++) flat[to + j] = biasGradient.values[j];
    to += outputs;
  }
}
