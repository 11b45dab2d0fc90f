import type { Activation } from "./activation.ts";
import { requireLength } from "./checks.ts";
import { createAffineKernels } from "./createAffineKernels.ts";
import { createAttentionKernels } from "./createAttentionKernels.ts";
import { createLayerKernels } from "./createLayerKernels.ts";
import { createMixtureKernels } from "./createMixtureKernels.ts";
import { createRowKernels } from "./createRowKernels.ts";
import { createSplineKernels } from "./createSplineKernels.ts";
import { createTriangularKernels } from "./createTriangularKernels.ts";
import { createWeightKernels } from "./createWeightKernels.ts";
import type { Kernels, KernelsOptions } from "./kernels.ts";
import { matrixLength, paddedColumns, paddedRows } from "./layout.ts";
import { matrixOver, vectorOver } from "./matrix.ts";
import { createAllocator, createMemory, RESERVED_BYTES, subregion } from "./memory.ts";
import type { Region } from "./region.ts";
import { isVariantSupported, type SimdVariant } from "./variant.ts";
import type { WasmExports, WasmMap, WasmMapGradient } from "./wasmExports.ts";
import { instantiate } from "./wasmModule.ts";

const BYTES_PER_ELEMENT = 4;

/** The inner loops test for their end after a step: an empty or fractional shape would run away. */
function requireShape(rows: number, inputs: number, outputs: number): void {
  const isShape = rows === (rows | 0) && inputs === (inputs | 0) && outputs === (outputs | 0);
  if (isShape && rows > 0 && inputs > 0 && outputs > 0) return;
  throw new Error(`rows, inputs and outputs must be positive integers, got ${rows}, ${inputs}, ${outputs}`);
}

function chooseVariant(pinned: SimdVariant | undefined): SimdVariant {
  const variant = pinned ?? (isVariantSupported("relaxed-simd") ? "relaxed-simd" : "simd128");
  if (!isVariantSupported(variant)) throw new Error(`this engine has no WebAssembly ${variant}`);
  return variant;
}

const rowBytes = (columns: number): number => paddedColumns(columns) * BYTES_PER_ELEMENT;

/** y = x·w + bias, all of them padded matrices. */
function multiply(
  wasm: WasmExports,
  x: Region,
  w: Region,
  bias: number,
  y: Region,
  rows: number,
  inputs: number,
  outputs: number,
): void {
  const stride = rowBytes(outputs);
  wasm.denseForward(
    x.pointer,
    rowBytes(inputs),
    w.pointer,
    stride,
    0,
    bias,
    0,
    0,
    y.pointer,
    stride,
    y.pointer,
    stride,
    rows,
    inputs,
    outputs,
    0,
  );
}

/** The matrix products. */
function denseKernels(wasm: WasmExports): Pick<Kernels, "dense" | "denseInputGradient" | "denseWeightGradient"> {
  return {
    dense(x, weights, bias, y, rows, inputs, outputs) {
      requireShape(rows, inputs, outputs);
      requireLength("x", x, matrixLength(rows, inputs));
      requireLength("weights", weights, matrixLength(inputs, outputs));
      requireLength("y", y, matrixLength(rows, outputs));
      if (bias !== null) requireLength("bias", bias, paddedColumns(outputs));
      const biasPointer = bias === null ? 0 : bias.pointer;
      multiply(wasm, x, weights, biasPointer, y, rows, inputs, outputs);
    },
    denseInputGradient(dy, weightsTransposed, dx, rows, inputs, outputs) {
      requireShape(rows, inputs, outputs);
      requireLength("dy", dy, matrixLength(rows, outputs));
      requireLength("weightsTransposed", weightsTransposed, matrixLength(outputs, inputs));
      requireLength("dx", dx, matrixLength(rows, inputs));
      multiply(wasm, dy, weightsTransposed, 0, dx, rows, outputs, inputs);
    },
    denseWeightGradient(x, dy, dWeights, dBias, rows, inputs, outputs) {
      requireShape(rows, inputs, outputs);
      requireLength("x", x, matrixLength(rows, inputs));
      requireLength("dy", dy, matrixLength(rows, outputs));
      requireLength("dWeights", dWeights, matrixLength(inputs, outputs));
      requireLength("dBias", dBias, paddedColumns(outputs));
      const stride = rowBytes(outputs);
      wasm.denseWeightGradient(
        x.pointer,
        rowBytes(inputs),
        dy.pointer,
        stride,
        dWeights.pointer,
        stride,
        0,
        dBias.pointer,
        rows,
        inputs,
        outputs,
        0,
      );
    },
  };
}

/** Activations and the exponential. */
function elementwiseKernels(
  wasm: WasmExports,
): Pick<Kernels, "activate" | "activateGradient" | "exponential" | "logarithm"> {
  const values: Readonly<Record<Activation, WasmMap>> = wasm;
  const gradients: Readonly<Record<Activation, WasmMapGradient>> = {
    tanh: wasm.tanhGradient,
    relu: wasm.reluGradient,
    gelu: wasm.geluGradient,
    silu: wasm.siluGradient,
  };
  return {
    activate(kind, z, y, length) {
      requireLength("z", z, length);
      requireLength("y", y, length);
      values[kind](z.pointer, y.pointer, length);
    },
    activateGradient(kind, z, y, dy, dz, length) {
      requireLength("z", z, length);
      requireLength("y", y, length);
      requireLength("dy", dy, length);
      requireLength("dz", dz, length);
      gradients[kind](z.pointer, y.pointer, dy.pointer, dz.pointer, length);
    },
    exponential(x, y, length) {
      requireLength("x", x, length);
      requireLength("y", y, length);
      wasm.exponential(x.pointer, y.pointer, length);
    },
    logarithm(x, y, length) {
      requireLength("x", x, length);
      requireLength("y", y, length);
      wasm.logarithm(x.pointer, y.pointer, length);
    },
  };
}

/** What hands out the memory. */
function createArena(
  memory: WebAssembly.Memory,
  capacity: number,
): Pick<Kernels, "allocate" | "allocateMatrix" | "allocateVector" | "allocateIndices" | "subregion"> {
  const allocate = createAllocator(memory, capacity);
  return {
    allocate,
    allocateMatrix: (rows, columns) => matrixOver(allocate(matrixLength(rows, columns)), 0, rows, columns),
    allocateVector: (rows) => vectorOver(allocate(paddedRows(rows)), 0, rows),
    allocateIndices(length) {
      const { pointer } = allocate(length);
      return { pointer, length, values: new Int32Array(memory.buffer, pointer, length) };
    },
    subregion,
  };
}

/**
 * An instance of the kernels with a memory of its own, ready at once (no fetch, no promise).
 * @throws Error when the capacity is not a whole number or exceeds 4 GiB, or a pinned variant is not supported.
 */
export function createKernels({ capacity, variant: pinned }: KernelsOptions): Kernels {
  const variant = chooseVariant(pinned);
  const memory = createMemory(capacity);
  const wasm = instantiate(variant, memory);
  if (wasm.heapBase() > RESERVED_BYTES) throw new Error("the kernels' scratch outgrew RESERVED_BYTES");
  return {
    variant,
    ...createArena(memory, capacity),
    ...createLayerKernels(wasm),
    ...createAttentionKernels(memory),
    ...createRowKernels(wasm),
    ...createAffineKernels(wasm),
    ...createSplineKernels(wasm),
    ...createTriangularKernels(wasm),
    ...createMixtureKernels(wasm),
    ...denseKernels(wasm),
    transpose(matrix, result, rows, columns) {
      requireShape(rows, columns, 1);
      requireLength("matrix", matrix, matrixLength(rows, columns));
      requireLength("result", result, matrixLength(columns, rows));
      wasm.transpose(matrix.pointer, result.pointer, rows, columns);
    },
    ...elementwiseKernels(wasm),
    ...createWeightKernels(wasm),
  };
}
