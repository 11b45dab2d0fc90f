import type { Matrix } from "@poolish/kernels";

/** Overwrites `out` (numRows × columns, row-major) with the rows of a matrix. */
export function readMatrix({ values, stride, columns }: Matrix, numRows: number, out: Float64Array): void {
  for (let r = 0; r < numRows; r++) {
    for (let c = 0; c < columns; c++) out[r * columns + c] = values[r * stride + c];
  }
}

/** Overwrites the rows of a matrix. */
export function writeMatrix(from: Float64Array, numRows: number, { values, stride, columns }: Matrix): void {
  for (let r = 0; r < numRows; r++) {
    for (let c = 0; c < columns; c++) values[r * stride + c] = from[r * columns + c];
  }
}
