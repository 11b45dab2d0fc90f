import { requireMatrix, requireParameters, strideOf } from "./checks.ts";
import type { Indices, Matrix } from "./matrix.ts";
import type { TransformKernels } from "./transformKernels.ts";
import type { WasmExports } from "./wasmExports.ts";

function requireLimit(limit: number): void {
  if (!(limit > 0)) throw new Error(`limit must be positive, got ${limit}`);
}

/** Either direction: from x to z, or back. */
function move(
  wasm: WasmExports,
  from: Matrix,
  mean: Matrix,
  rawScale: Matrix,
  rowOf: Indices | null,
  limit: number,
  to: Matrix,
  logDet: Matrix | null,
  rows: number,
): void {
  requireLimit(limit);
  const { columns } = from;
  requireMatrix("the argument", from, rows, columns);
  requireParameters(wasm, "mean", mean, rowOf, rows, columns);
  requireParameters(wasm, "rawScale", rawScale, rowOf, rows, columns);
  requireMatrix("the result", to, rows, columns);
  if (logDet !== null) requireMatrix("logDet", logDet, rows, 1);
  wasm.affineForward(
    from.pointer,
    strideOf(from),
    mean.pointer,
    strideOf(mean),
    rawScale.pointer,
    strideOf(rawScale),
    rowOf === null ? 0 : rowOf.pointer,
    to.pointer,
    strideOf(to),
    logDet === null ? 0 : logDet.pointer,
    logDet === null ? 0 : strideOf(logDet),
    rows,
    columns,
    limit,
    logDet === null ? 1 : 0,
  );
}

/** The affine transform of `TransformKernels`. */
export function createAffineKernels(
  wasm: WasmExports,
): Pick<TransformKernels, "affineForward" | "affineInverse" | "affineBackward"> {
  return {
    affineForward: (x, mean, rawScale, rowOf, limit, z, logDet, rows) =>
      move(wasm, x, mean, rawScale, rowOf, limit, z, logDet, rows),
    affineInverse: (z, mean, rawScale, rowOf, limit, x, rows) =>
      move(wasm, z, mean, rawScale, rowOf, limit, x, null, rows),
    affineBackward(z, rawScale, rowOf, limit, dz, dLogDet, dx, dMean, dRawScale, rows) {
      requireLimit(limit);
      const { columns } = z;
      requireMatrix("z", z, rows, columns);
      requireParameters(wasm, "rawScale", rawScale, rowOf, rows, columns);
      requireMatrix("dz", dz, rows, columns);
      requireMatrix("dLogDet", dLogDet, rows, 1);
      requireMatrix("dx", dx, rows, columns);
      requireMatrix("dMean", dMean, rows, columns);
      requireMatrix("dRawScale", dRawScale, rows, columns);
      wasm.affineBackward(
        z.pointer,
        strideOf(z),
        rawScale.pointer,
        strideOf(rawScale),
        rowOf === null ? 0 : rowOf.pointer,
        dz.pointer,
        strideOf(dz),
        dLogDet.pointer,
        strideOf(dLogDet),
        dx.pointer,
        strideOf(dx),
        dMean.pointer,
        strideOf(dMean),
        dRawScale.pointer,
        strideOf(dRawScale),
        rows,
        columns,
        limit,
      );
    },
  };
}
