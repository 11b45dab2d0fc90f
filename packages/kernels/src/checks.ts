import type { Indices, Matrix } from "./matrix.ts";
import type { Region } from "./region.ts";
import type { WasmExports } from "./wasmExports.ts";

const BYTES_PER_ELEMENT = 4;

/** WASM writes through bare addresses: without this a short region would silently spoil its neighbour. */
export function requireLength(name: string, region: Region, length: number): void {
  if (length >= 0 && region.length >= length) return;
  throw new Error(`${name} needs ${length} elements, its region has ${region.length}`);
}

export function requireRows(name: string, matrix: Matrix, rows: number): void {
  if (rows === (rows | 0) && rows >= 0 && rows <= matrix.rows) return;
  throw new Error(`${name} has room for ${matrix.rows} rows, got ${rows}`);
}

export function requireMatrix(name: string, matrix: Matrix, rows: number, columns: number): void {
  requireRows(name, matrix, rows);
  if (matrix.columns !== columns) throw new Error(`${name} needs ${columns} columns, has ${matrix.columns}`);
}

export function requirePadded(name: string, matrix: Matrix, rows: number, columns: number): void {
  requireMatrix(name, matrix, rows, columns);
  if (!matrix.isPadded) throw new Error(`${name} must have padded rows and columns: see Matrix.isPadded`);
}

/** That the first `rows` indices are rows of a matrix of `limit` rows. */
export function requireIndices(wasm: WasmExports, rowOf: Indices, rows: number, limit: number): void {
  if (rowOf.length < rows) throw new Error(`rowOf needs ${rows} elements, has ${rowOf.length}`);
  const largest = wasm.largestIndex(rowOf.pointer, rows) >>> 0;
  if (rows > 0 && largest >= limit) throw new Error(`rowOf holds a row outside [0, ${limit})`);
}

/** Parameters of `rows` rows: one row each, or those that `rowOf` says. */
export function requireParameters(
  wasm: WasmExports,
  name: string,
  parameters: Matrix,
  rowOf: Indices | null,
  rows: number,
  columns: number,
): void {
  requireMatrix(name, parameters, rowOf === null ? rows : 0, columns);
  if (rowOf !== null) requireIndices(wasm, rowOf, rows, parameters.rows);
}

/** Bytes from one row to the next. */
export function strideOf(matrix: Matrix): number {
  return matrix.stride * BYTES_PER_ELEMENT;
}

/** The address of the spans of a matrix, 0 where any of its elements may differ from 0. */
export function spansOf({ spans }: Matrix): number {
  return spans === null ? 0 : spans.pointer;
}
