import { requireMatrix, requireParameters, strideOf } from "./checks.ts";
import type { Matrix } from "./matrix.ts";
import type { TransformKernels } from "./transformKernels.ts";
import type { WasmExports } from "./wasmExports.ts";

const MOST_COLUMNS = 32;

function requireSize(columns: number): number {
  if (columns > MOST_COLUMNS) throw new Error(`at most ${MOST_COLUMNS} columns, got ${columns}`);
  return (columns * (columns + 1)) / 2;
}

const pointerOf = (matrix: Matrix | null): number => (matrix === null ? 0 : matrix.pointer);
const strideOrZero = (matrix: Matrix | null): number => (matrix === null ? 0 : strideOf(matrix));

/** Products and solutions with triangular matrices, of `TransformKernels`. */
export function createTriangularKernels(
  wasm: WasmExports,
): Pick<TransformKernels, "triangularForward" | "triangularBackward"> {
  return {
    triangularForward(kind, x, mean, factor, rowOf, z, logDet, rows) {
      const { columns } = x;
      requireMatrix("x", x, rows, columns);
      if (mean !== null) requireParameters(wasm, "mean", mean, rowOf, rows, columns);
      requireParameters(wasm, "factor", factor, rowOf, rows, requireSize(columns));
      requireMatrix("z", z, rows, columns);
      if (logDet !== null) requireMatrix("logDet", logDet, rows, 1);
      wasm.triangularForward(
        x.pointer,
        strideOf(x),
        pointerOf(mean),
        strideOrZero(mean),
        factor.pointer,
        strideOf(factor),
        rowOf === null ? 0 : rowOf.pointer,
        z.pointer,
        strideOf(z),
        pointerOf(logDet),
        strideOrZero(logDet),
        rows,
        columns,
        kind === "solve" ? 1 : 0,
      );
    },
    triangularBackward(kind, x, mean, factor, rowOf, z, dz, dLogDet, dx, dMean, dFactor, rows) {
      const { columns } = x;
      requireMatrix("x", x, rows, columns);
      if (mean !== null) requireParameters(wasm, "mean", mean, rowOf, rows, columns);
      requireParameters(wasm, "factor", factor, rowOf, rows, requireSize(columns));
      requireMatrix("z", z, rows, columns);
      requireMatrix("dz", dz, rows, columns);
      requireMatrix("dLogDet", dLogDet, rows, 1);
      if (dx !== null) requireMatrix("dx", dx, rows, columns);
      if (dMean !== null) requireMatrix("dMean", dMean, rows, columns);
      requireMatrix("dFactor", dFactor, rows, factor.columns);
      wasm.triangularBackward(
        x.pointer,
        strideOf(x),
        pointerOf(mean),
        strideOrZero(mean),
        factor.pointer,
        strideOf(factor),
        rowOf === null ? 0 : rowOf.pointer,
        z.pointer,
        strideOf(z),
        dz.pointer,
        strideOf(dz),
        dLogDet.pointer,
        strideOf(dLogDet),
        pointerOf(dx),
        strideOrZero(dx),
        pointerOf(dMean),
        strideOrZero(dMean),
        dFactor.pointer,
        strideOf(dFactor),
        rows,
        columns,
        kind === "solve" ? 1 : 0,
      );
    },
  };
}
