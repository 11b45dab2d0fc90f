import { type Kernels, type Matrix, matrixLength, paddedColumns, type Region } from "@poolish/kernels";

/** One dense layer in the memory of its kernels, for up to `maxRows` rows. */
export interface MlpLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Matrix;
  readonly weightsTransposed: Matrix;
  readonly bias: Region;
  readonly weightGradient: Matrix;
  readonly biasGradient: Region;
  /** The values of the layer below, or the network's input; and the gradient in its argument, or in the input. */
  readonly input: Matrix;
  readonly inputGradient: Matrix;
  /** f(z), and f′(z), of the layer's activation; the last layer has none and fills `value` with z alone. */
  readonly value: Matrix;
  readonly slope: Matrix;
  /** The gradient in z. */
  readonly gradient: Matrix;
}

/** Float32 elements that the layers of a network take. */
export function mlpCapacity(widths: readonly number[], maxRows: number): number {
  const rows = Math.max(1, maxRows);
  let length = 2 * matrixLength(rows, widths[0]);
  for (let i = 1; i < widths.length; i++) {
    length += 2 * matrixLength(widths[i - 1], widths[i]) + matrixLength(widths[i], widths[i - 1]);
    length += 2 * paddedColumns(widths[i]) + 3 * matrixLength(rows, widths[i]);
  }
  return length;
}

export function createMlpLayers(kernels: Kernels, widths: readonly number[], maxRows: number): MlpLayer[] {
  const allocate = (width: number): Matrix => kernels.allocateMatrix(Math.max(1, maxRows), width);
  let input = allocate(widths[0]);
  let inputGradient = allocate(widths[0]);
  return widths.slice(1).map((outputs, i) => {
    const inputs = widths[i];
    const layer: MlpLayer = {
      inputs,
      outputs,
      weights: kernels.allocateMatrix(inputs, outputs),
      weightsTransposed: kernels.allocateMatrix(outputs, inputs),
      bias: kernels.allocate(paddedColumns(outputs)),
      weightGradient: kernels.allocateMatrix(inputs, outputs),
      biasGradient: kernels.allocate(paddedColumns(outputs)),
      input,
      inputGradient,
      value: allocate(outputs),
      slope: allocate(outputs),
      gradient: allocate(outputs),
    };
    input = layer.value;
    inputGradient = layer.gradient;
    return layer;
  });
}

/** Copies flat weights (see `Mlp`) into the padded matrices of the layers. */
export function writeLayerWeights(kernels: Kernels, layers: readonly MlpLayer[], flat: Float32Array): void {
  let from = 0;
  for (const { inputs, outputs, weights, weightsTransposed, bias } of layers) {
    const stride = paddedColumns(outputs);
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) weights.values[i * stride + j] = flat[from + i * outputs + j];
    }
    from += inputs * outputs;
    for (let j = 0; j < outputs; j++) bias.values[j] = flat[from + j];
    from += outputs;
    kernels.transposeMatrix(weights, weightsTransposed);
  }
}

/** Copies the layers' weight gradients to the flat order of the weights. */
export function readWeightGradient(layers: readonly MlpLayer[], flat: Float32Array): void {
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

/** The weight gradient of no rows. */
export function clearWeightGradient(layers: readonly MlpLayer[]): void {
  for (const { weightGradient, biasGradient } of layers) {
    weightGradient.values.fill(0);
    biasGradient.values.fill(0);
  }
}
