import type { Activation, AdamOptions, Kernels, KernelsOptions } from "./kernels.ts";
import { matrixLength, paddedColumns } from "./layout.ts";
import { createAllocator, createMemory, RESERVED_BYTES, subregion } from "./memory.ts";
import type { Region } from "./region.ts";
import { isVariantSupported, type SimdVariant } from "./variant.ts";
import { instantiate, type WasmExports, type WasmMap, type WasmMapGradient } from "./wasmModule.ts";

/** WASM writes through bare addresses: without this a short region would silently spoil its neighbour. */
function requireLength(name: string, region: Region, length: number): void {
  if (length >= 0 && region.length >= length) return;
  throw new Error(`${name} needs ${length} elements, its region has ${region.length}`);
}

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
      wasm.dense(x.pointer, weights.pointer, biasPointer, y.pointer, rows, inputs, outputs);
    },
    denseInputGradient(dy, weightsTransposed, dx, rows, inputs, outputs) {
      requireShape(rows, inputs, outputs);
      requireLength("dy", dy, matrixLength(rows, outputs));
      requireLength("weightsTransposed", weightsTransposed, matrixLength(outputs, inputs));
      requireLength("dx", dx, matrixLength(rows, inputs));
      wasm.dense(dy.pointer, weightsTransposed.pointer, 0, dx.pointer, rows, outputs, inputs);
    },
    denseWeightGradient(x, dy, dWeights, dBias, rows, inputs, outputs) {
      requireShape(rows, inputs, outputs);
      requireLength("x", x, matrixLength(rows, inputs));
      requireLength("dy", dy, matrixLength(rows, outputs));
      requireLength("dWeights", dWeights, matrixLength(inputs, outputs));
      requireLength("dBias", dBias, paddedColumns(outputs));
      wasm.denseWeightGradient(x.pointer, dy.pointer, dWeights.pointer, dBias.pointer, rows, inputs, outputs);
    },
  };
}

/** Activations and the exponential. */
function elementwiseKernels(wasm: WasmExports): Pick<Kernels, "activate" | "activateGradient" | "exponential"> {
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
  };
}

function requireAdamOptions({ epsilon, step }: AdamOptions): void {
  // Padding has zero moments, and 0 / (0 + 0) would turn it into NaN.
  if (!(Math.fround(epsilon) > 0)) throw new Error(`epsilon must be positive in float32, got ${epsilon}`);
  if (!(step >= 1)) throw new Error(`step must count from 1, got ${step}`);
}

/** What a training loop does to flat weights and gradients. */
function optimiserKernels(wasm: WasmExports): Pick<Kernels, "adam" | "sumOfSquares" | "scale"> {
  return {
    adam(weights, gradient, firstMoment, secondMoment, length, options) {
      requireLength("weights", weights, length);
      requireLength("gradient", gradient, length);
      requireLength("firstMoment", firstMoment, length);
      requireLength("secondMoment", secondMoment, length);
      requireAdamOptions(options);
      const { stepSize, beta1, beta2, epsilon, step, weightDecay } = options;
      const correction1 = 1 / (1 - beta1 ** step);
      const correction2 = 1 / (1 - beta2 ** step);
      wasm.adam(
        weights.pointer,
        gradient.pointer,
        firstMoment.pointer,
        secondMoment.pointer,
        length,
        stepSize * correction1,
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        correction2,
        epsilon,
        stepSize * weightDecay,
      );
    },
    sumOfSquares(values, length) {
      requireLength("values", values, length);
      return wasm.sumOfSquares(values.pointer, length);
    },
    scale(values, factor, length) {
      requireLength("values", values, length);
      wasm.scale(values.pointer, factor, length);
    },
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
    allocate: createAllocator(memory, capacity),
    subregion,
    ...denseKernels(wasm),
    transpose(matrix, result, rows, columns) {
      requireShape(rows, columns, 1);
      requireLength("matrix", matrix, matrixLength(rows, columns));
      requireLength("result", result, matrixLength(columns, rows));
      wasm.transpose(matrix.pointer, result.pointer, rows, columns);
    },
    ...elementwiseKernels(wasm),
    ...optimiserKernels(wasm),
  };
}
