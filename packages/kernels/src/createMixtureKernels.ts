import { requireMatrix, requireParameters, strideOf } from "./checks.ts";
import type { Indices, Matrix } from "./matrix.ts";
import type { MixtureKind, TransformKernels } from "./transformKernels.ts";
import type { WasmExports } from "./wasmExports.ts";

/** Of vectors of lanes: the scratch holds 4096. */
const MOST_COMPONENTS = 1000;

interface Gradient {
  readonly adjoint: Matrix | null;
  readonly dx: Matrix;
  readonly dParameters: Matrix;
}

function evaluate(
  wasm: WasmExports,
  kind: MixtureKind,
  x: Matrix,
  parameters: Matrix,
  rowOf: Indices | null,
  logDensity: Matrix,
  gradient: Gradient | null,
  rows: number,
): void {
  const numComponents = parameters.columns / 3;
  if (!Number.isSafeInteger(numComponents) || numComponents > MOST_COMPONENTS) {
    throw new Error(`parameters must have 3K columns, K at most ${MOST_COMPONENTS}, has ${parameters.columns}`);
  }
  requireMatrix("x", x, rows, 1);
  requireParameters(wasm, "parameters", parameters, rowOf, rows, parameters.columns);
  requireMatrix("logDensity", logDensity, rows, 1);
  const adjoint = gradient === null ? null : gradient.adjoint;
  if (gradient !== null) {
    if (adjoint !== null) requireMatrix("adjoint", adjoint, rows, 1);
    requireMatrix("dx", gradient.dx, rows, 1);
    requireMatrix("dParameters", gradient.dParameters, rows, parameters.columns);
  }
  wasm.mixtureRows(
    x.pointer,
    strideOf(x),
    parameters.pointer,
    strideOf(parameters),
    rowOf === null ? 0 : rowOf.pointer,
    logDensity.pointer,
    strideOf(logDensity),
    adjoint === null ? 0 : adjoint.pointer,
    adjoint === null ? 0 : strideOf(adjoint),
    gradient === null ? 0 : gradient.dx.pointer,
    gradient === null ? 0 : strideOf(gradient.dx),
    gradient === null ? 0 : gradient.dParameters.pointer,
    gradient === null ? 0 : strideOf(gradient.dParameters),
    rows,
    numComponents,
    kind === "logistic" ? 1 : 0,
  );
}

/** The one-dimensional mixtures of `TransformKernels`. */
export function createMixtureKernels(
  wasm: WasmExports,
): Pick<TransformKernels, "mixtureForward" | "mixtureWithGradient"> {
  return {
    mixtureForward: (kind, x, parameters, rowOf, logDensity, rows) =>
      evaluate(wasm, kind, x, parameters, rowOf, logDensity, null, rows),
    mixtureWithGradient: (kind, x, parameters, rowOf, adjoint, logDensity, dx, dParameters, rows) =>
      evaluate(wasm, kind, x, parameters, rowOf, logDensity, { adjoint, dx, dParameters }, rows),
  };
}
