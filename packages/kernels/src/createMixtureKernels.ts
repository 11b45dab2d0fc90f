import { requireMatrix, requireParameters, strideOf } from "./checks.ts";
import type { Indices, Matrix } from "./matrix.ts";
import type { MixtureKind, TransformKernels } from "./transformKernels.ts";
import type { WasmExports } from "./wasmExports.ts";

/** Of vectors of lanes: the scratch holds 4096. */
const MOST_COMPONENTS = 1000;
/** Runs keep seven and a half vectors a component there. */
const MOST_COMPONENTS_OF_RUNS = 500;

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
  const numComponents = componentsOf(parameters, MOST_COMPONENTS);
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

function componentsOf({ columns }: Matrix, most: number): number {
  const numComponents = columns / 3;
  if (Number.isSafeInteger(numComponents) && numComponents <= most) return numComponents;
  throw new Error(`parameters must have 3K columns, K at most ${most}, has ${columns}`);
}

/** What both kernels of runs begin with, and their checks. */
function runs(
  wasm: WasmExports,
  x: Matrix,
  parameters: Matrix,
  rowOf: Indices,
  rows: number,
): [number, number, number, number, number] {
  requireMatrix("x", x, rows, 1);
  requireParameters(wasm, "parameters", parameters, rowOf, rows, parameters.columns);
  return [x.pointer, strideOf(x), parameters.pointer, strideOf(parameters), rowOf.pointer];
}

/** The one-dimensional mixtures of `TransformKernels`. */
export function createMixtureKernels(
  wasm: WasmExports,
): Pick<TransformKernels, "mixtureForward" | "mixtureWithGradient" | "mixtureRuns" | "mixtureRunsGradient"> {
  return {
    mixtureForward: (kind, x, parameters, rowOf, logDensity, rows) =>
      evaluate(wasm, kind, x, parameters, rowOf, logDensity, null, rows),
    mixtureWithGradient: (kind, x, parameters, rowOf, adjoint, logDensity, dx, dParameters, rows) =>
      evaluate(wasm, kind, x, parameters, rowOf, logDensity, { adjoint, dx, dParameters }, rows),
    mixtureRuns(x, parameters, rowOf, logDensity, rows) {
      const numComponents = componentsOf(parameters, MOST_COMPONENTS_OF_RUNS);
      requireMatrix("logDensity", logDensity, rows, 1);
      const input = runs(wasm, x, parameters, rowOf, rows);
      wasm.mixtureRuns(...input, logDensity.pointer, strideOf(logDensity), rows, numComponents);
    },
    mixtureRunsGradient(x, parameters, rowOf, adjoint, dx, dParameters, rows) {
      const numComponents = componentsOf(parameters, MOST_COMPONENTS_OF_RUNS);
      requireMatrix("adjoint", adjoint, rows, 1);
      requireMatrix("dx", dx, rows, 1);
      requireMatrix("dParameters", dParameters, parameters.rows, parameters.columns);
      const input = runs(wasm, x, parameters, rowOf, rows);
      const outputs = [dx.pointer, strideOf(dx), dParameters.pointer, strideOf(dParameters)] as const;
      wasm.mixtureRunsGradient(...input, adjoint.pointer, strideOf(adjoint), ...outputs, rows, numComponents);
    },
  };
}
