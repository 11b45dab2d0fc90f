import { requireLength, requireMatrix, requirePadded, strideOf } from "./checks.ts";
import type { Matrix } from "./matrix.ts";
import type { RowKernels } from "./rowKernels.ts";
import type { WasmCall, WasmExports } from "./wasmExports.ts";

/** Calls of (matrix, matrix) → rows, columns, where both have the columns of the first. */
function mapRows(call: WasmCall, x: Matrix, y: Matrix, yColumns: number, rows: number): void {
  requireMatrix("x", x, rows, x.columns);
  requireMatrix("the result", y, rows, yColumns);
  if (rows > 0) call(x.pointer, strideOf(x), y.pointer, strideOf(y), rows, x.columns);
}

/** Calls of (matrix, matrix, matrix) → rows, columns, all alike. */
function mapRowPairs(call: WasmCall, y: Matrix, dy: Matrix, dx: Matrix, rows: number): void {
  requireMatrix("y", y, rows, y.columns);
  requireMatrix("dy", dy, rows, y.columns);
  requireMatrix("dx", dx, rows, y.columns);
  call(y.pointer, strideOf(y), dy.pointer, strideOf(dy), dx.pointer, strideOf(dx), rows, y.columns);
}

function scale(wasm: WasmExports, x: Matrix, factor: Matrix, y: Matrix, rows: number, isNegated: boolean): void {
  requireMatrix("x", x, rows, x.columns);
  requireMatrix("the factor", factor, rows, 1);
  requireMatrix("the result", y, rows, x.columns);
  wasm.scaleRows(
    x.pointer,
    strideOf(x),
    factor.pointer,
    strideOf(factor),
    y.pointer,
    strideOf(y),
    rows,
    x.columns,
    isNegated ? 1 : 0,
  );
}

export function createRowKernels(wasm: WasmExports): RowKernels {
  return {
    softmaxRows: (x, y, rows) => mapRows(wasm.softmaxRows, x, y, x.columns, rows),
    softmaxBackward: (y, dy, dx, rows) => mapRowPairs(wasm.softmaxGradient, y, dy, dx, rows),
    logSoftmaxRows: (x, y, rows) => mapRows(wasm.logSoftmaxRows, x, y, x.columns, rows),
    logSoftmaxBackward: (y, dy, dx, rows) => mapRowPairs(wasm.logSoftmaxGradient, y, dy, dx, rows),
    logSumExpRows: (x, out, rows) => mapRows(wasm.logSumExpRows, x, out, 1, rows),
    logSumExpBackward(x, value, adjoint, dx, rows) {
      requireMatrix("x", x, rows, x.columns);
      requireMatrix("value", value, rows, 1);
      requireMatrix("adjoint", adjoint, rows, 1);
      requireMatrix("dx", dx, rows, x.columns);
      wasm.logSumExpGradient(
        x.pointer,
        strideOf(x),
        value.pointer,
        strideOf(value),
        adjoint.pointer,
        strideOf(adjoint),
        dx.pointer,
        strideOf(dx),
        rows,
        x.columns,
      );
    },
    standardNormalRows: (z, logDensity, rows) => mapRows(wasm.standardNormalRows, z, logDensity, 1, rows),
    standardNormalBackward: (z, adjoint, dz, rows) => scale(wasm, z, adjoint, dz, rows, true),
    scaleRows: (x, factor, y, rows) => scale(wasm, x, factor, y, rows, false),
    weightedSums(x, weights, start, sums, rows) {
      requirePadded("x", x, rows, weights.columns);
      requirePadded("weights", weights, 1, weights.columns);
      requireLength("sums", sums, 2 * rows);
      wasm.weightedSums(x.pointer, strideOf(x), weights.pointer, start, sums.pointer, rows, weights.columns);
    },
  };
}
