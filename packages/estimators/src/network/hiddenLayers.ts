import { type Activation, type Kernels, type Matrix, matrixLength, matrixOver, type Region } from "@poolish/kernels";
import { allocateTransposed, type BiasWeights, type MatrixWeights, type WeightBlocks } from "./weightMemory.ts";

/** A matrix that is a region of its own, so that element-wise kernels can take it whole. */
export interface WholeMatrix {
  readonly region: Region;
  readonly matrix: Matrix;
}

export function allocateWhole(kernels: Kernels, rows: number, columns: number): WholeMatrix {
  const region = kernels.allocate(matrixLength(rows, columns));
  return { region, matrix: matrixOver(region, 0, rows, columns) };
}

/** A hidden layer's buffers. */
export interface HiddenLayer {
  /** value = f(z) + the value below, where the layer is residual; else f(z). */
  readonly isResidual: boolean;
  readonly value: WholeMatrix;
  readonly slope: WholeMatrix;
  /** The gradient in the value; layers that a residual layer adds to share it. */
  readonly valueGradient: WholeMatrix;
  /** The gradient in z: the same matrix where the layer is not residual. */
  readonly gradient: WholeMatrix;
}

/** The dense layer above a hidden one. */
export interface DenseAbove extends MatrixWeights {
  readonly transposed: Matrix;
  readonly bias: BiasWeights;
}

/** Float32 elements that `createHiddenLayers` and `createDenseAbove` allocate. */
export function hiddenCapacity(hidden: readonly number[], numOutputs: number, maxItems: number): number {
  const above = [...hidden.slice(1), numOutputs];
  return hidden.reduce((sum, width, k) => sum + 4 * matrixLength(maxItems, width) + matrixLength(above[k], width), 0);
}

/** From the first to the last. */
export function createHiddenLayers(kernels: Kernels, hidden: readonly number[], maxItems: number): HiddenLayer[] {
  const layers: HiddenLayer[] = [];
  let above: HiddenLayer | undefined;
  for (let k = hidden.length - 1; k >= 0; k--) {
    const allocate = (): WholeMatrix => allocateWhole(kernels, maxItems, hidden[k]);
    const isResidual = k > 0 && hidden[k - 1] === hidden[k];
    const valueGradient = above?.isResidual ? above.valueGradient : allocate();
    const ofResidual = above?.isResidual ? above.gradient : undefined;
    const gradient = isResidual ? (ofResidual ?? allocate()) : valueGradient;
    above = { isResidual, value: allocate(), slope: allocate(), valueGradient, gradient };
    layers.unshift(above);
  }
  return layers;
}

/** The layers `prefix.1`, `prefix.2`, … above the hidden ones. */
export function createDenseAbove(
  kernels: Kernels,
  hidden: readonly number[],
  blocks: WeightBlocks,
  prefix: string,
): DenseAbove[] {
  return hidden.map((_, k) => {
    const matrix = blocks.matrix(`${prefix}.${k + 1}.weight`);
    return {
      ...matrix,
      transposed: allocateTransposed(kernels, matrix),
      bias: blocks.bias(`${prefix}.${k + 1}.bias`),
    };
  });
}

/** From the first hidden layer's values to the outputs. */
export function runHidden(
  kernels: Kernels,
  activation: Activation,
  layers: readonly HiddenLayer[],
  dense: readonly DenseAbove[],
  outputs: Matrix,
  numItems: number,
): void {
  const last = layers.length - 1;
  for (let k = 0; k < last; k++) {
    const { weights, bias } = dense[k];
    const { isResidual, value, slope } = layers[k + 1];
    const below = layers[k].value;
    kernels.denseForwardWithSlope(
      below.matrix,
      weights,
      bias.weights,
      activation,
      slope.matrix,
      value.matrix,
      numItems,
    );
    if (isResidual) kernels.addScaled(below.region, 1, value.region, numItems * value.matrix.stride);
  }
  const { weights, bias } = dense[last];
  kernels.denseForward(layers[last].value.matrix, weights, bias.weights, "identity", null, outputs, numItems);
}

/** From the outputs' gradient to that in the argument of the first hidden layer. */
export function backwardHidden(
  kernels: Kernels,
  layers: readonly HiddenLayer[],
  dense: readonly DenseAbove[],
  outputGradient: Matrix,
  numItems: number,
  wantsWeights: boolean,
): void {
  let dy = outputGradient;
  for (let k = layers.length - 1; k >= 0; k--) {
    const { isResidual, value, slope, valueGradient, gradient } = layers[k];
    const { transposed, bias, gradient: weightGradient } = dense[k];
    // The residual layer above has left its own value's gradient there: it flows on.
    const accumulation = layers[k + 1]?.isResidual ? "add" : "overwrite";
    if (wantsWeights) {
      kernels.denseBackwardWeights(value.matrix, dy, weightGradient, bias.gradient, numItems, "overwrite");
    }
    if (isResidual) {
      kernels.denseBackwardInput(dy, transposed, valueGradient.matrix, numItems, accumulation);
      kernels.multiply(valueGradient.region, slope.region, gradient.region, numItems * gradient.matrix.stride);
    } else kernels.denseBackwardTimes(dy, transposed, slope.matrix, valueGradient.matrix, numItems, accumulation);
    dy = gradient.matrix;
  }
}
