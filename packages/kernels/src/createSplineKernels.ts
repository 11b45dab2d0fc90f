import { requireLength, requireMatrix, requireParameters, strideOf } from "./checks.ts";
import type { SplineShape, TransformKernels } from "./transformKernels.ts";
import type { WasmExports } from "./wasmExports.ts";

/** Vectors of assembly/spline/layout.ts beside the 2K probabilities. */
const STATE_VECTORS = 13;
const MOST_BINS = 900;

function requireShape({ numBins, bound }: SplineShape): void {
  if (!(Number.isSafeInteger(numBins) && numBins >= 1 && numBins <= MOST_BINS)) {
    throw new Error(`numBins must be a whole number from 1 to ${MOST_BINS}, got ${numBins}`);
  }
  if (!(bound > 0 && bound < 1e18)) throw new Error(`bound must be positive and finite, got ${bound}`);
}

function stateLength({ numBins }: SplineShape, rows: number): number {
  return Math.ceil(rows / 4) * 4 * (2 * numBins + STATE_VECTORS);
}

/** The spline of `TransformKernels`. */
export function createSplineKernels(
  wasm: WasmExports,
): Pick<TransformKernels, "splineStateLength" | "splineForward" | "splineBackward" | "splineInverse"> {
  return {
    splineStateLength: stateLength,
    splineForward(shape, x, parameters, rowOf, z, logDet, state, rows) {
      requireShape(shape);
      requireMatrix("x", x, rows, 1);
      requireParameters(wasm, "parameters", parameters, rowOf, rows, 3 * shape.numBins - 1);
      requireMatrix("z", z, rows, 1);
      requireMatrix("logDet", logDet, rows, 1);
      requireLength("state", state, stateLength(shape, rows));
      wasm.splineForward(
        x.pointer,
        strideOf(x),
        parameters.pointer,
        strideOf(parameters),
        rowOf === null ? 0 : rowOf.pointer,
        z.pointer,
        strideOf(z),
        logDet.pointer,
        strideOf(logDet),
        state.pointer,
        rows,
        shape.numBins,
        shape.bound,
      );
    },
    splineBackward(shape, state, dz, dLogDet, dx, dParameters, rows) {
      requireShape(shape);
      requireLength("state", state, stateLength(shape, rows));
      requireMatrix("dz", dz, rows, 1);
      requireMatrix("dLogDet", dLogDet, rows, 1);
      requireMatrix("dx", dx, rows, 1);
      requireMatrix("dParameters", dParameters, rows, 3 * shape.numBins - 1);
      wasm.splineBackward(
        state.pointer,
        dz.pointer,
        strideOf(dz),
        dLogDet.pointer,
        strideOf(dLogDet),
        dx.pointer,
        strideOf(dx),
        dParameters.pointer,
        strideOf(dParameters),
        rows,
        shape.numBins,
        shape.bound,
      );
    },
    splineInverse(shape, z, parameters, rowOf, x, rows) {
      requireShape(shape);
      requireMatrix("z", z, rows, 1);
      requireParameters(wasm, "parameters", parameters, rowOf, rows, 3 * shape.numBins - 1);
      requireMatrix("x", x, rows, 1);
      wasm.splineInverse(
        z.pointer,
        strideOf(z),
        parameters.pointer,
        strideOf(parameters),
        rowOf === null ? 0 : rowOf.pointer,
        x.pointer,
        strideOf(x),
        rows,
        shape.numBins,
        shape.bound,
      );
    },
  };
}
