import type { Matrix } from "./matrix.ts";
import type { Region } from "./region.ts";

/**
 * Reductions of rows and their gradients. Matrices may be any columns of a wider one; a vector is a matrix of one column.
 * Sums are in float32 within 1024 columns, in float64 beyond. NaN propagates; results depend on their own row alone.
 */
export interface RowKernels {
  /** Overwrites y with e^x / Σ e^x; y may be x. A row without a finite element becomes NaN. */
  softmaxRows(x: Matrix, y: Matrix, rows: number): void;
  /** Overwrites dx with y·(dy − Σ y·dy) for y = softmax x; dx may be dy. */
  softmaxBackward(y: Matrix, dy: Matrix, dx: Matrix, rows: number): void;
  /** Overwrites y with x − log Σ e^x; y may be x. */
  logSoftmaxRows(x: Matrix, y: Matrix, rows: number): void;
  /** Overwrites dx with dy − e^y·Σ dy for y = log softmax x; dx may be dy. */
  logSoftmaxBackward(y: Matrix, dy: Matrix, dx: Matrix, rows: number): void;
  /** Overwrites the vector `out` with log Σ e^x: −∞ for a row of −∞, ∞ where an element is ∞. */
  logSumExpRows(x: Matrix, out: Matrix, rows: number): void;
  /** Overwrites dx with adjoint·e^(x − value), `value` from `logSumExpRows`; dx may be x. */
  logSumExpBackward(x: Matrix, value: Matrix, adjoint: Matrix, dx: Matrix, rows: number): void;
  /** ADDS −Σ z²/2 − columns·log(2π)/2 to the vector logDensity. */
  standardNormalRows(z: Matrix, logDensity: Matrix, rows: number): void;
  /** Overwrites dz with −z·adjoint; dz may be z. */
  standardNormalBackward(z: Matrix, adjoint: Matrix, dz: Matrix, rows: number): void;
  /** Overwrites y with factor·x, one factor a row; y may be x. */
  scaleRows(x: Matrix, factor: Matrix, y: Matrix, rows: number): void;
  /**
   * Overwrites `sums` with start + Σ_k x_ik·w_k of each row i, in float64: a layer with one output, whose sum would lose digits that the
   * layers below have kept. `weights` is one row, padded as x is; `sums` holds doubles, 2·rows elements long.
   */
  weightedSums(x: Matrix, weights: Matrix, start: number, sums: Region, rows: number): void;
}
