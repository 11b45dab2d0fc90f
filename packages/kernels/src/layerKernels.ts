import type { Activation, LayerActivation } from "./activation.ts";
import type { Indices, Matrix } from "./matrix.ts";
import type { Region } from "./region.ts";

/** Whether a result replaces what is there or is added to it. */
export type Accumulation = "overwrite" | "add";

/**
 * Fused layers over views of matrices. Results are padded matrices; inputs x may be any columns of a wider matrix.
 * `rows` says how many rows take part, 0 is allowed. Padding rows of a result may be written, and nobody reads them.
 */
export interface LayerKernels {
  /**
   * Overwrites y (rows × outputs) with f(x·W + b), and `preactivation`, unless null, with x·W + b: gelu and silu need it
   * for their gradient, tanh and relu do not. b is `paddedColumns(outputs)` long, null for none.
   */
  denseForward(
    x: Matrix,
    weights: Matrix,
    bias: Region | null,
    activation: LayerActivation,
    preactivation: Matrix | null,
    y: Matrix,
    rows: number,
  ): void;
  /** The same with row rowOf[i] of `base` (any number of rows × outputs) in place of the bias of row i. */
  denseForwardFrom(
    base: Matrix,
    rowOf: Indices,
    x: Matrix,
    weights: Matrix,
    activation: LayerActivation,
    preactivation: Matrix | null,
    y: Matrix,
    rows: number,
  ): void;
  /** dx (rows × inputs) becomes, or gains, dy·Wᵀ; `weightsTransposed` (outputs × inputs) is made by `transposeMatrix`. */
  denseBackwardInput(dy: Matrix, weightsTransposed: Matrix, dx: Matrix, rows: number, accumulation: Accumulation): void;
  /**
   * `denseBackwardInput`, then times f′ of the activation that made x: the gradient in the preactivation of the layer
   * below. `value` is x; `preactivation` may be null for tanh and relu. With "add", the sum is multiplied.
   */
  denseBackwardThrough(
    dy: Matrix,
    weightsTransposed: Matrix,
    activation: Activation,
    preactivation: Matrix | null,
    value: Matrix,
    dx: Matrix,
    rows: number,
    accumulation: Accumulation,
  ): void;
  /**
   * dWeights (inputs × outputs) and dBias (`paddedColumns(outputs)`, null for none) become, or gain, xᵀ·dy and the column
   * sums of dy. Blocks of 128 rows are summed in float32, the blocks in float64.
   */
  denseBackwardWeights(
    x: Matrix,
    dy: Matrix,
    dWeights: Matrix,
    dBias: Region | null,
    rows: number,
    accumulation: Accumulation,
  ): void;
  /**
   * `denseForward` with the derivative on the way: overwrites y with f(z) and `slope` with f′(z), z = x·W + b. A little dearer, but
   * the backward pass is a multiplication then (`denseBackwardTimes`; `multiply` where there is no product).
   */
  denseForwardWithSlope(
    x: Matrix,
    weights: Matrix,
    bias: Region | null,
    activation: Activation,
    slope: Matrix,
    y: Matrix,
    rows: number,
  ): void;
  /** The same with row rowOf[i] of `base` in place of the bias of row i. */
  denseForwardFromWithSlope(
    base: Matrix,
    rowOf: Indices,
    x: Matrix,
    weights: Matrix,
    activation: Activation,
    slope: Matrix,
    y: Matrix,
    rows: number,
  ): void;
  /** `denseBackwardInput`, then times `slope`, element by element. With "add", the sum is multiplied. */
  denseBackwardTimes(
    dy: Matrix,
    weightsTransposed: Matrix,
    slope: Matrix,
    dx: Matrix,
    rows: number,
    accumulation: Accumulation,
  ): void;
  /** Overwrites dz with dy·f′: `preactivation` may be null for tanh and relu; dz may be dy. */
  activationBackward(
    activation: Activation,
    preactivation: Matrix | null,
    value: Matrix,
    dy: Matrix,
    dz: Matrix,
    rows: number,
  ): void;
  /** Overwrites `transposed` (columns × rows) with the transpose of a whole padded matrix, no view. */
  transposeMatrix(matrix: Matrix, transposed: Matrix): void;
  /** Overwrites row i of y with row rowOf[i] of `base`. */
  gatherRows(base: Matrix, rowOf: Indices, y: Matrix, rows: number): void;
  /** ADDS row i of dy to row rowOf[i] of dBase. Runs of equal indices are summed in float64: sort the rows if you can. */
  addRows(dy: Matrix, rowOf: Indices, dBase: Matrix, rows: number): void;
  /** ADDS factor_i times row i of dy, factor a vector, to row rowOf[i] of dBase. Sums as in `addRows`. */
  addScaledRows(dy: Matrix, factor: Matrix, rowOf: Indices, dBase: Matrix, rows: number): void;
}
