import type { Activation } from "./activation.ts";
import type { AttentionKernels } from "./attentionKernels.ts";
import type { LayerKernels } from "./layerKernels.ts";
import type { Indices, Matrix } from "./matrix.ts";
import type { Region } from "./region.ts";
import type { RowKernels } from "./rowKernels.ts";
import type { TransformKernels } from "./transformKernels.ts";
import type { SimdVariant } from "./variant.ts";

export interface KernelsOptions {
  /** Float32 elements that may be allocated in all; each region counts rounded up to a multiple of 4. */
  readonly capacity: number;
  /** Pins the variant; by default relaxed SIMD where the engine accepts it. */
  readonly variant?: SimdVariant;
}

/** Adam's settings (Kingma & Ba 2015, algorithm 1; its defaults are 0.001, 0.9, 0.999, 1e-8). */
export interface AdamOptions {
  readonly stepSize: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Added to the root of the corrected second moment; must be positive in float32. */
  readonly epsilon: number;
  /** Which step this is, counted from 1. */
  readonly step: number;
  /** Decoupled decay (Loshchilov & Hutter 2019): the step subtracts stepSize · weightDecay · weight as well. */
  readonly weightDecay: number;
  /** The gradient counts this many times (default 1): min(1, c / √sumOfSquares) clips its norm at c. */
  readonly gradientScale?: number;
}

/**
 * Float32 kernels over one fixed memory. One instance belongs to one thread.
 *
 * Matrices are row-major with `paddedRows(rows)` rows of `paddedColumns(columns)` elements. Padding columns, and padding
 * rows of weights, are zero: fresh regions are, and kernels leave zeros there while the values are finite (a row with NaN
 * or ±Infinity may spread into its own padding, where nobody reads it). Padding rows of x, y, dx and dy may hold anything:
 * no result depends on them.
 *
 * A value of a row depends on that row alone, to the bit: not on the other rows, nor on how many there are. Equal inputs
 * give equal bits on one machine and variant; the two variants differ by rounding. u = 2⁻²⁴ in the bounds below.
 *
 * NaN propagates. Shapes are positive integers. Operands must be as long as their shapes say and lie in this instance's memory; a region that is too
 * short is a bug and throws. Unless said otherwise, an output must not overlap an input.
 */
export interface Kernels extends LayerKernels, RowKernels, TransformKernels, AttentionKernels {
  readonly variant: SimdVariant;

  /** A fresh, zeroed region. @throws Error when the capacity is used up. */
  allocate(length: number): Region;
  /** A fresh, zeroed, padded rows × columns matrix: takes `matrixLength(rows, columns)` elements. */
  allocateMatrix(rows: number, columns: number): Matrix;
  /** A fresh, zeroed vector of one number a row: takes `paddedRows(rows)` elements. */
  allocateVector(rows: number): Matrix;
  /** Fresh, zeroed indices: take `length` elements. */
  allocateIndices(length: number): Indices;
  /** The part of `region` that starts at element `offset`, a multiple of 4; shares its memory. */
  subregion(region: Region, offset: number, length: number): Region;

  /**
   * Overwrites y (rows × outputs) with x·W + b: x rows × inputs, W inputs × outputs, b `paddedColumns(outputs)` long or
   * null for none. Error of an element: at most (inputs + 1)·u/(1 − (inputs + 1)·u) · (|b| + Σ|x·w|).
   */
  dense(
    x: Region,
    weights: Region,
    bias: Region | null,
    y: Region,
    rows: number,
    inputs: number,
    outputs: number,
  ): void;

  /**
   * Overwrites `result` (columns × rows), padding included, with the transpose of `matrix` (rows × columns). Meant for
   * weights: padding rows of `matrix` become padding columns, so they must be zero.
   */
  transpose(matrix: Region, result: Region, rows: number, columns: number): void;

  /**
   * Overwrites dx (rows × inputs) with dy·Wᵀ: dy rows × outputs, `weightsTransposed` outputs × inputs, made by
   * `transpose(weights, weightsTransposed, inputs, outputs)`. The bound of `dense` with Σ over outputs and no bias.
   */
  denseInputGradient(
    dy: Region,
    weightsTransposed: Region,
    dx: Region,
    rows: number,
    inputs: number,
    outputs: number,
  ): void;

  /**
   * Overwrites dW (inputs × outputs) with xᵀ·dy and db (`paddedColumns(outputs)` long) with the column sums of dy; x is
   * rows × inputs, dy rows × outputs. Blocks of 128 rows are summed in float32, the blocks in float64, so the error of an
   * element does not grow with the rows: at most 130·u · Σ|x·dy|, and 130·u · Σ|dy| for db (plus the subnormal range).
   */
  denseWeightGradient(
    x: Region,
    dy: Region,
    dWeights: Region,
    dBias: Region,
    rows: number,
    inputs: number,
    outputs: number,
  ): void;

  /**
   * Overwrites the first `length` elements of y with f(z); y may be z. Lengths here and below are rounded up to a
   * multiple of 4. Limits at ±Infinity are exact: tanh ±1, the others 0 and Infinity.
   * Error relative to |f(z)|: tanh 4e-7, relu 0, silu 3e-7, gelu 7e-7 for z > −1 and 7e-7 + z²·u below; 2e-36 may be added
   * to each, for silu is 0 below z = −87 and gelu below −13.2.
   */
  activate(kind: Activation, z: Region, y: Region, length: number): void;

  /**
   * Overwrites the first `length` elements of dz with dy·f′(z), given z and y = f(z); dz may be dy. tanh and relu read y
   * only (pass any region of that length for z), gelu and silu read z only. relu′(0) = 0.
   * Error of f′: 3e-7 relative to the y it is given for tanh, 4e-7 absolute for gelu and silu.
   */
  activateGradient(kind: Activation, z: Region, y: Region, dy: Region, dz: Region, length: number): void;

  /** Overwrites y with eˣ; y may be x. Relative error 1.5e-7, gradual underflow, overflow to Infinity. Padding becomes 1. */
  exponential(x: Region, y: Region, length: number): void;

  /** Overwrites y with the natural logarithm; y may be x. Relative error 2e-7, absolute 1e-7 near 1; −∞ of 0, NaN below. */
  logarithm(x: Region, y: Region, length: number): void;

  /** One step of Adam: updates `weights` and both moments (zero before step 1). All `length` long. */
  adam(
    weights: Region,
    gradient: Region,
    firstMoment: Region,
    secondMoment: Region,
    length: number,
    options: AdamOptions,
  ): void;

  /** Σ v² of exactly the first `length` elements, summed in float64: NaN or Infinity show that one of them is not finite. */
  sumOfSquares(values: Region, length: number): number;

  /** Multiplies the first `length` elements by `factor` (rounded to float32) in place. */
  scale(values: Region, factor: number, length: number): void;

  /** Overwrites `result` with a·b, element by element; it may be either. Masks weights and their gradients. */
  multiply(a: Region, b: Region, result: Region, length: number): void;

  /** ADDS factor·x to y: residual connections, sums of gradients. */
  addScaled(x: Region, factor: number, y: Region, length: number): void;

  /** Moves `average` by `share` of its distance to `values`: an exponential moving average of weights. */
  moveAverage(average: Region, values: Region, share: number, length: number): void;
}
