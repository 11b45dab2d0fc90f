import { type Activation, columnsOf, type Kernels, type Matrix, matrixLength } from "@poolish/kernels";
import { firstColumnsToAdd, type SplitInputs } from "./splitInputs.ts";
import { allocateTransposed, type BiasWeights, type MatrixWeights, type WeightBlocks } from "./weightMemory.ts";

/** What a backward pass shall leave behind. */
export interface BackwardGoals {
  /** Overwritten. */
  readonly weights: boolean;
  /** ADDED to the inputs' gradients. */
  readonly rowInputs: boolean;
  readonly termInputs: boolean;
}

/** y = f(rows[row of item]·A + terms[item]·B + bias). Items are terms; without term inputs they are rows. */
export interface SplitLayer {
  /** To be called when weights have changed. */
  refresh(): void;
  run(): void;
  /** Given the gradient in the argument of f, at the last `run`. */
  backward(gradient: Matrix, goals: BackwardGoals): void;
}

export interface SplitLayerSpec {
  readonly numRowInputs: number;
  /** May be 0. */
  readonly numTermInputs: number;
  readonly numOutputs: number;
  /** The layer's weights are `name.rowWeight`, `name.termWeight` and, where it has one, `name.bias`. */
  readonly name: string;
  readonly hasBias: boolean;
}

/** Where a layer writes: f(z), and f′(z) where f is an activation. */
export interface LayerTarget {
  readonly value: Matrix;
  readonly activated: { readonly activation: Activation; readonly slope: Matrix } | undefined;
}

/** Float32 elements that `createSplitLayer` allocates. */
export function splitLayerCapacity(
  { numRowInputs, numTermInputs, numOutputs }: SplitLayerSpec,
  maxRows: number,
): number {
  const rows = matrixLength(numOutputs, numRowInputs);
  if (numTermInputs === 0) return rows;
  return rows + matrixLength(numOutputs, numTermInputs) + 2 * matrixLength(maxRows, numOutputs);
}

export function createSplitLayer(
  kernels: Kernels,
  spec: SplitLayerSpec,
  blocks: WeightBlocks,
  inputs: SplitInputs,
  target: LayerTarget,
): SplitLayer {
  const { numTermInputs, name, hasBias } = spec;
  const { size } = inputs;
  const ofRows = blocks.matrix(`${name}.rowWeight`);
  const bias = hasBias ? blocks.bias(`${name}.bias`) : undefined;
  const transposed = allocateTransposed(kernels, ofRows);
  const terms = numTermInputs > 0 ? createTermPart(kernels, spec, blocks, inputs, target) : undefined;
  return {
    refresh() {
      kernels.transposeMatrix(ofRows.weights, transposed);
      terms?.refresh();
    },
    run() {
      if (terms === undefined) {
        forward(kernels, inputs.rows, ofRows, bias, target, size.numRows);
        return;
      }
      const offset = bias?.weights ?? null;
      kernels.denseForward(inputs.rows, ofRows.weights, offset, "identity", null, terms.base, size.numRows);
      terms.run();
    },
    backward(gradient, goals) {
      const { numRows } = size;
      const wantsRows = goals.weights || goals.rowInputs;
      const dy = terms === undefined ? gradient : terms.backward(gradient, goals, wantsRows);
      if (goals.weights) {
        const db = bias?.gradient ?? null;
        kernels.denseBackwardWeights(inputs.rows, dy, ofRows.gradient, db, numRows, "overwrite");
      }
      if (goals.rowInputs) kernels.denseBackwardInput(dy, transposed, inputs.rowGradient, numRows, "add");
    },
  };
}

function forward(
  kernels: Kernels,
  x: Matrix,
  { weights }: MatrixWeights,
  bias: BiasWeights | undefined,
  { value, activated }: LayerTarget,
  numRows: number,
): void {
  const offset = bias?.weights ?? null;
  if (activated === undefined) kernels.denseForward(x, weights, offset, "identity", null, value, numRows);
  else kernels.denseForwardWithSlope(x, weights, offset, activated.activation, activated.slope, value, numRows);
}

/** The part of the layer that is computed once a term, on top of `base`, which is computed once a row. */
function createTermPart(
  kernels: Kernels,
  { name, numTermInputs, numOutputs }: SplitLayerSpec,
  blocks: WeightBlocks,
  { terms, termGradient, rowOf, rows, size }: SplitInputs,
  { value, activated }: LayerTarget,
) {
  const matrix = blocks.matrix(`${name}.termWeight`);
  const { weights, gradient } = matrix;
  const transposed = allocateTransposed(kernels, matrix);
  const base = kernels.allocateMatrix(rows.rows, numOutputs);
  const baseGradient = kernels.allocateMatrix(rows.rows, numOutputs);
  const x = columnsOf(terms, 0, numTermInputs);
  const dx = firstColumnsToAdd(termGradient, numTermInputs);
  return {
    base,
    refresh(): void {
      kernels.transposeMatrix(weights, transposed);
    },
    run(): void {
      const { numTerms } = size;
      if (activated === undefined) {
        kernels.denseForwardFrom(base, rowOf, x, weights, "identity", null, value, numTerms);
      } else {
        const { activation, slope } = activated;
        kernels.denseForwardFromWithSlope(base, rowOf, x, weights, activation, slope, value, numTerms);
      }
    },
    /** Returns the gradient in `base`. */
    backward(dy: Matrix, goals: BackwardGoals, wantsRows: boolean): Matrix {
      const { numRows, numTerms } = size;
      if (goals.weights) kernels.denseBackwardWeights(x, dy, gradient, null, numTerms, "overwrite");
      if (goals.termInputs) kernels.denseBackwardInput(dy, transposed, dx, numTerms, "add");
      if (!wantsRows) return baseGradient;
      baseGradient.values.fill(0, 0, numRows * baseGradient.stride);
      kernels.addRows(dy, rowOf, baseGradient, numTerms);
      return baseGradient;
    },
  };
}
