import { paddedColumns, paddedRows } from "./layout.ts";
import { subregion } from "./memory.ts";
import type { Region } from "./region.ts";

/**
 * A row-major float32 matrix in one kernel instance's memory, or some columns or rows of one. Element (i, j) is
 * `values[i * stride + j]`. A single column (`columns` 1, any stride) serves as a vector of one number a row.
 */
export interface Matrix {
  /** Byte address of the first element. */
  readonly pointer: number;
  /** Rows that there is room for; calls say how many of them they use. */
  readonly rows: number;
  readonly columns: number;
  /** Float32 elements from one row to the next. */
  readonly stride: number;
  /**
   * Whether rows may be read and written up to the next multiple of 8 columns, and up to the next multiple of 4 rows: what
   * dense layers need of all but their input.
   */
  readonly isPadded: boolean;
  /** Which elements may differ from 0, for layers to skip the others; null: any. See `withSpans`. */
  readonly spans: Indices | null;
  readonly values: Float32Array;
}

/** Whole numbers of an instance's memory, such as the θ row of each trial. */
export interface Indices {
  readonly pointer: number;
  readonly length: number;
  readonly values: Int32Array;
}

const BYTES_PER_ELEMENT = 4;

function requirePart(what: string, first: number, count: number, all: number): void {
  if (Number.isSafeInteger(first) && Number.isSafeInteger(count) && first >= 0 && count > 0 && first + count <= all)
    return;
  throw new Error(`${what} ${first} to ${first + count} are not within ${all}`);
}

/** The inner loops test for their end after a step: an empty or fractional shape would run away. */
function requireSize(rows: number, columns: number): void {
  if (Number.isSafeInteger(rows) && Number.isSafeInteger(columns) && rows > 0 && columns > 0) return;
  throw new Error(`rows and columns must be positive integers, got ${rows}, ${columns}`);
}

/** The region from element `offset` (a multiple of 4) on as a padded rows × columns matrix, `matrixLength` elements long. */
export function matrixOver(region: Region, offset: number, rows: number, columns: number): Matrix {
  requireSize(rows, columns);
  const stride = paddedColumns(columns);
  const { pointer, values } = subregion(region, offset, paddedRows(rows) * stride);
  return { pointer, rows, columns, stride, isPadded: true, spans: null, values };
}

/** The region from element `offset` (a multiple of 4) on as a vector of one number a row. */
export function vectorOver(region: Region, offset: number, rows: number): Matrix {
  requireSize(rows, 1);
  const { pointer, values } = subregion(region, offset, rows);
  return { pointer, rows, columns: 1, stride: 1, isPadded: false, spans: null, values };
}

/** `count` columns of `matrix` from `first` on, in place. Padded if `first` is a multiple of 8 and so is `count`, or they are the last. */
export function columnsOf(matrix: Matrix, first: number, count: number): Matrix {
  requirePart("columns", first, count, matrix.columns);
  const isWhole = first % 8 === 0 && (count % 8 === 0 || first + count === matrix.columns);
  return {
    pointer: matrix.pointer + first * BYTES_PER_ELEMENT,
    rows: matrix.rows,
    columns: count,
    stride: matrix.stride,
    isPadded: matrix.isPadded && isWhole,
    spans: null,
    values: matrix.values.subarray(first),
  };
}

/** `count` rows of `matrix` from `first` on, in place. Padded if `count` is a multiple of 4, or they are the last. */
export function rowsOf(matrix: Matrix, first: number, count: number): Matrix {
  requirePart("rows", first, count, matrix.rows);
  const isWhole = count % 4 === 0 || first + count === matrix.rows;
  return {
    pointer: matrix.pointer + first * matrix.stride * BYTES_PER_ELEMENT,
    rows: count,
    columns: matrix.columns,
    stride: matrix.stride,
    isPadded: matrix.isPadded && isWhole,
    spans: null,
    values: matrix.values.subarray(first * matrix.stride),
  };
}
