import { PoolishError } from "@poolish/core";
import { numRowsOf, type Samples } from "../samples.ts";

/** The rows of both sets, standardised, x first: what the classifier sees. */
export interface LabelledRows {
  /** numRows × numColumns, row-major. */
  readonly values: Float32Array;
  readonly numColumns: number;
  readonly numRows: number;
  /** 0 for a row of x, 1 for a row of y. */
  readonly labels: Uint8Array;
}

/**
 * Joins x and y, both standardised by mean and standard deviation (divisor n - 1) of x alone, as sbibm does.
 * @throws PoolishError when a column of x is constant.
 */
export function labelledRows(x: Samples, y: Samples): LabelledRows {
  const { numColumns } = x;
  const numX = numRowsOf(x);
  const numRows = numX + numRowsOf(y);
  const values = new Float32Array(numRows * numColumns);
  for (let c = 0; c < numColumns; c++) {
    const { mean, sd } = columnMoments(x, c);
    for (let i = 0; i < numRows; i++) {
      const value = i < numX ? x.values[i * numColumns + c] : y.values[(i - numX) * numColumns + c];
      values[i * numColumns + c] = (value - mean) / sd;
    }
  }
  return { values, numColumns, numRows, labels: new Uint8Array(numRows).fill(1, numX) };
}

/** About the first value, so that a constant column has a standard deviation of exactly 0. */
function columnMoments({ values, numColumns }: Samples, column: number): { mean: number; sd: number } {
  const numRows = values.length / numColumns;
  const origin = values[column];
  let offset = 0;
  for (let i = 0; i < numRows; i++) offset += (values[i * numColumns + column] - origin) / numRows;
  let squares = 0;
  for (let i = 0; i < numRows; i++) squares += (values[i * numColumns + column] - origin - offset) ** 2;
  const sd = Math.sqrt(squares / (numRows - 1));
  if (sd > 0) return { mean: origin + offset, sd };
  throw new PoolishError(`column ${column} is constant`, {
    kind: "input",
    field: "x",
    remedy: "Leave out columns of the reference that do not vary.",
  });
}
