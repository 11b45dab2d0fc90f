import { ACTIVATION_CODES, type Activation, SLOPE_CODE } from "./activation.ts";
import { requireIndices, requireLength, requireMatrix, requirePadded, spansOf, strideOf } from "./checks.ts";
import type { LayerKernels } from "./layerKernels.ts";
import { paddedColumns } from "./layout.ts";
import type { Matrix } from "./matrix.ts";
import type { WasmExports } from "./wasmExports.ts";

const BYTES_PER_ELEMENT = 4;

/** What the derivative of an activation is computed from: its value for tanh and relu, its argument for the others. */
function requireSaved(
  activation: Activation,
  preactivation: Matrix | null,
  value: Matrix,
  rows: number,
  columns: number,
): Matrix {
  const readsValue = activation === "tanh" || activation === "relu";
  const saved = readsValue ? value : preactivation;
  if (saved === null) throw new Error(`the gradient of ${activation} needs the preactivation`);
  requirePadded(readsValue ? "value" : "preactivation", saved, rows, columns);
  return saved;
}

function createForward(
  wasm: WasmExports,
): Pick<LayerKernels, "denseForward" | "denseForwardFrom" | "denseForwardWithSlope" | "denseForwardFromWithSlope"> {
  function forward(
    x: Matrix,
    weights: Matrix,
    base: number,
    baseStride: number,
    index: number,
    kind: number,
    preactivation: Matrix | null,
    y: Matrix,
    rows: number,
  ): void {
    const { rows: inputs, columns: outputs } = weights;
    requireMatrix("x", x, rows, inputs);
    requirePadded("weights", weights, inputs, outputs);
    requirePadded("y", y, rows, outputs);
    const z = preactivation ?? y;
    requirePadded("preactivation", z, rows, outputs);
    // The identity leaves its argument where it is: without the copy it must stand in y.
    const target = kind === 0 ? y : z;
    wasm.denseForward(
      x.pointer,
      strideOf(x),
      weights.pointer,
      strideOf(weights),
      spansOf(weights),
      base,
      baseStride,
      index,
      target.pointer,
      strideOf(target),
      y.pointer,
      strideOf(y),
      rows,
      inputs,
      outputs,
      kind,
    );
  }
  return {
    denseForward(x, weights, bias, activation, preactivation, y, rows) {
      if (bias !== null) requireLength("bias", bias, paddedColumns(weights.columns));
      const kind = ACTIVATION_CODES[activation];
      forward(x, weights, bias === null ? 0 : bias.pointer, 0, 0, kind, preactivation, y, rows);
    },
    denseForwardFrom(base, rowOf, x, weights, activation, preactivation, y, rows) {
      requirePadded("base", base, 0, weights.columns);
      requireIndices(wasm, rowOf, rows, base.rows);
      const kind = ACTIVATION_CODES[activation];
      forward(x, weights, base.pointer, strideOf(base), rowOf.pointer, kind, preactivation, y, rows);
    },
    denseForwardWithSlope(x, weights, bias, activation, slope, y, rows) {
      if (bias !== null) requireLength("bias", bias, paddedColumns(weights.columns));
      const kind = ACTIVATION_CODES[activation] + SLOPE_CODE;
      forward(x, weights, bias === null ? 0 : bias.pointer, 0, 0, kind, slope, y, rows);
    },
    denseForwardFromWithSlope(base, rowOf, x, weights, activation, slope, y, rows) {
      requirePadded("base", base, 0, weights.columns);
      requireIndices(wasm, rowOf, rows, base.rows);
      const kind = ACTIVATION_CODES[activation] + SLOPE_CODE;
      forward(x, weights, base.pointer, strideOf(base), rowOf.pointer, kind, slope, y, rows);
    },
  };
}

function createBackwardInput(
  wasm: WasmExports,
): Pick<LayerKernels, "denseBackwardInput" | "denseBackwardThrough" | "denseBackwardTimes"> {
  function backward(
    dy: Matrix,
    transposed: Matrix,
    kind: number,
    saved: Matrix,
    dx: Matrix,
    rows: number,
    isAdding: boolean,
  ): void {
    const { rows: outputs, columns: inputs } = transposed;
    requireMatrix("dy", dy, rows, outputs);
    requirePadded("weightsTransposed", transposed, outputs, inputs);
    requirePadded("dx", dx, rows, inputs);
    const savedStride = strideOf(saved);
    wasm.denseBackwardInput(
      dy.pointer,
      strideOf(dy),
      transposed.pointer,
      strideOf(transposed),
      spansOf(transposed),
      dx.pointer,
      strideOf(dx),
      isAdding ? 1 : 0,
      saved.pointer,
      savedStride,
      saved.pointer,
      savedStride,
      rows,
      inputs,
      outputs,
      kind,
    );
  }
  return {
    denseBackwardInput(dy, transposed, dx, rows, accumulation) {
      backward(dy, transposed, ACTIVATION_CODES.identity, dx, dx, rows, accumulation === "add");
    },
    denseBackwardThrough(dy, transposed, activation, preactivation, value, dx, rows, accumulation) {
      const saved = requireSaved(activation, preactivation, value, rows, transposed.columns);
      backward(dy, transposed, ACTIVATION_CODES[activation], saved, dx, rows, accumulation === "add");
    },
    denseBackwardTimes(dy, transposed, slope, dx, rows, accumulation) {
      requirePadded("slope", slope, rows, transposed.columns);
      backward(dy, transposed, SLOPE_CODE, slope, dx, rows, accumulation === "add");
    },
  };
}

function createBackwardWeights(wasm: WasmExports): Pick<LayerKernels, "denseBackwardWeights" | "activationBackward"> {
  return {
    denseBackwardWeights(x, dy, dWeights, dBias, rows, accumulation) {
      const { rows: inputs, columns: outputs } = dWeights;
      requireMatrix("x", x, rows, inputs);
      requirePadded("dy", dy, rows, outputs);
      requirePadded("dWeights", dWeights, inputs, outputs);
      if (dBias !== null) requireLength("dBias", dBias, paddedColumns(outputs));
      if (rows === 0) {
        if (accumulation === "overwrite") {
          dWeights.values.fill(0);
          dBias?.values.fill(0, 0, paddedColumns(outputs));
        }
        return;
      }
      wasm.denseWeightGradient(
        x.pointer,
        strideOf(x),
        dy.pointer,
        strideOf(dy),
        dWeights.pointer,
        strideOf(dWeights),
        spansOf(dWeights),
        dBias === null ? 0 : dBias.pointer,
        rows,
        inputs,
        outputs,
        accumulation === "add" ? 1 : 0,
      );
    },
    activationBackward(activation, preactivation, value, dy, dz, rows) {
      const { columns } = dz;
      const saved = requireSaved(activation, preactivation, value, rows, columns);
      requirePadded("dy", dy, rows, columns);
      requirePadded("dz", dz, rows, columns);
      wasm.activateRowsGradient(
        ACTIVATION_CODES[activation],
        saved.pointer,
        strideOf(saved),
        saved.pointer,
        strideOf(saved),
        dy.pointer,
        strideOf(dy),
        dz.pointer,
        strideOf(dz),
        rows,
        paddedColumns(columns) * BYTES_PER_ELEMENT,
      );
    },
  };
}

function createRowMoves(
  wasm: WasmExports,
): Pick<LayerKernels, "transposeMatrix" | "gatherRows" | "addRows" | "addScaledRows"> {
  return {
    transposeMatrix(matrix, transposed) {
      requirePadded("matrix", matrix, matrix.rows, matrix.columns);
      requirePadded("transposed", transposed, matrix.columns, matrix.rows);
      for (const { stride, columns } of [matrix, transposed]) {
        if (stride !== paddedColumns(columns))
          throw new Error("transposeMatrix takes whole matrices, no columns of one");
      }
      wasm.transpose(matrix.pointer, transposed.pointer, matrix.rows, matrix.columns);
    },
    gatherRows(base, rowOf, y, rows) {
      requirePadded("y", y, rows, base.columns);
      requirePadded("base", base, 0, base.columns);
      requireIndices(wasm, rowOf, rows, base.rows);
      const width = paddedColumns(base.columns) * BYTES_PER_ELEMENT;
      wasm.copyRows(base.pointer, strideOf(base), rowOf.pointer, y.pointer, strideOf(y), rows, width);
    },
    addRows(dy, rowOf, dBase, rows) {
      requirePadded("dy", dy, rows, dBase.columns);
      requirePadded("dBase", dBase, 0, dBase.columns);
      requireIndices(wasm, rowOf, rows, dBase.rows);
      const width = paddedColumns(dBase.columns) * BYTES_PER_ELEMENT;
      wasm.addRows(dy.pointer, strideOf(dy), rowOf.pointer, dBase.pointer, strideOf(dBase), rows, width);
    },
    addScaledRows(dy, factor, rowOf, dBase, rows) {
      requirePadded("dy", dy, rows, dBase.columns);
      requireMatrix("factor", factor, rows, 1);
      requirePadded("dBase", dBase, 0, dBase.columns);
      requireIndices(wasm, rowOf, rows, dBase.rows);
      const width = paddedColumns(dBase.columns) * BYTES_PER_ELEMENT;
      wasm.addScaledRows(
        dy.pointer,
        strideOf(dy),
        factor.pointer,
        strideOf(factor),
        rowOf.pointer,
        dBase.pointer,
        strideOf(dBase),
        rows,
        width,
      );
    },
  };
}

export function createLayerKernels(wasm: WasmExports): LayerKernels {
  return {
    ...createForward(wasm),
    ...createBackwardInput(wasm),
    ...createBackwardWeights(wasm),
    ...createRowMoves(wasm),
  };
}
