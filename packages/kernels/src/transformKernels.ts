import type { Indices, Matrix } from "./matrix.ts";
import type { Region } from "./region.ts";

/** A spline of K bins on [−bound, bound], the identity outside (Durkan et al. 2019). */
export interface SplineShape {
  /** K, from 1 to 900. */
  readonly numBins: number;
  /** In units of x. */
  readonly bound: number;
}

/**
 * Transforms of rows with parameters of each row (`rowOf` null) or of the row that `rowOf` says. Matrices may be any
 * columns of a wider one. logDet is a vector that log |dz/dx| is ADDED to. Gradients in parameters are one row for each
 * row of x, also with `rowOf`: `addRows` sums them. x and z, and their gradients, may be the same matrix.
 */
export interface TransformKernels {
  /**
   * z = (x − mean)·e^(−s), s = raw / (1 + |raw| / limit) of `rawScale` (zuko's soft clamp: within ±limit, its slope
   * never 0). All are rows × columns.
   */
  affineForward(
    x: Matrix,
    mean: Matrix,
    rawScale: Matrix,
    rowOf: Indices | null,
    limit: number,
    z: Matrix,
    logDet: Matrix,
    rows: number,
  ): void;
  /** Overwrites x with z·e^s + mean. */
  affineInverse(
    z: Matrix,
    mean: Matrix,
    rawScale: Matrix,
    rowOf: Indices | null,
    limit: number,
    x: Matrix,
    rows: number,
  ): void;
  /** Overwrites dx, dMean and dRawScale for adjoints dz of z and dLogDet (a vector) of logDet. dx may be dz. */
  affineBackward(
    z: Matrix,
    rawScale: Matrix,
    rowOf: Indices | null,
    limit: number,
    dz: Matrix,
    dLogDet: Matrix,
    dx: Matrix,
    dMean: Matrix,
    dRawScale: Matrix,
    rows: number,
  ): void;
  /** Elements of the state that `splineForward` leaves for `splineBackward`. */
  splineStateLength(shape: SplineShape, rows: number): number;
  /**
   * Overwrites the vector z with the monotone rational-quadratic spline of the vector x. Parameters of a row: K raw widths,
   * K raw heights, K − 1 raw slopes at the inner knots; all 0 make the identity. Bins are 0.001 + (1 − 0.001 K)·softmax of
   * the interval, slopes 0.001 + softplus(raw + 0.53974), 1 at both ends (minima of nflows).
   */
  splineForward(
    shape: SplineShape,
    x: Matrix,
    parameters: Matrix,
    rowOf: Indices | null,
    z: Matrix,
    logDet: Matrix,
    state: Region,
    rows: number,
  ): void;
  /** Overwrites dx and dParameters (rows × (3K − 1)); dx may be dz. */
  splineBackward(
    shape: SplineShape,
    state: Region,
    dz: Matrix,
    dLogDet: Matrix,
    dx: Matrix,
    dParameters: Matrix,
    rows: number,
  ): void;
  /** Overwrites the vector x with the inverse of the spline at z. */
  splineInverse(
    shape: SplineShape,
    z: Matrix,
    parameters: Matrix,
    rowOf: Indices | null,
    x: Matrix,
    rows: number,
  ): void;
  /**
   * z = L·(x − mean) or L⁻¹·(x − mean), rows × d, d ≤ 32; logDet gains ± Σ log L_ii, unless null. Rows of `factor`: the
   * lower triangle of L by rows, d(d + 1)/2 numbers, with LOGARITHMS on the diagonal. mean may be null for 0.
   */
  triangularForward(
    kind: "multiply" | "solve",
    x: Matrix,
    mean: Matrix | null,
    factor: Matrix,
    rowOf: Indices | null,
    z: Matrix,
    logDet: Matrix | null,
    rows: number,
  ): void;
  /** Overwrites dx and dMean (= −dx), each unless null, and dFactor. Needs what the forward call had, and its z. */
  triangularBackward(
    kind: "multiply" | "solve",
    x: Matrix,
    mean: Matrix | null,
    factor: Matrix,
    rowOf: Indices | null,
    z: Matrix,
    dz: Matrix,
    dLogDet: Matrix,
    dx: Matrix | null,
    dMean: Matrix | null,
    dFactor: Matrix,
    rows: number,
  ): void;
  /**
   * Overwrites the vector logDensity with that of the vector x under a mixture of K normals or logistics. Parameters of a
   * row: K logits of weights, K means, K logarithms of scales (the logistic's is its s, no standard deviation).
   */
  mixtureForward(
    kind: MixtureKind,
    x: Matrix,
    parameters: Matrix,
    rowOf: Indices | null,
    logDensity: Matrix,
    rows: number,
  ): void;
  /**
   * The same, and overwrites dx and dParameters (rows × 3K) with the partial derivatives times `adjoint`, or times 1 where
   * that is null (`scaleRows` can follow). Costs little more than the value: call it alone where both are wanted.
   */
  mixtureWithGradient(
    kind: MixtureKind,
    x: Matrix,
    parameters: Matrix,
    rowOf: Indices | null,
    adjoint: Matrix | null,
    logDensity: Matrix,
    dx: Matrix,
    dParameters: Matrix,
    rows: number,
  ): void;
  /**
   * `mixtureForward` for normals where many x in a row of `rowOf` share their parameters, K ≤ 500: what they share is computed
   * once.
   */
  mixtureRuns(x: Matrix, parameters: Matrix, rowOf: Indices, logDensity: Matrix, rows: number): void;
  /**
   * Overwrites the vector dx, and ADDS to row rowOf[i] of dParameters (as many rows as the parameters), the partial derivatives of
   * `mixtureRuns` times adjoint[i]. Sums of runs are in float64.
   */
  mixtureRunsGradient(
    x: Matrix,
    parameters: Matrix,
    rowOf: Indices,
    adjoint: Matrix,
    dx: Matrix,
    dParameters: Matrix,
    rows: number,
  ): void;
}

export type MixtureKind = "normal" | "logistic";
