import { compileBase64 } from "./compileBase64.ts";
import { relaxedSimd } from "./generated/relaxedSimd.ts";
import { simd128 } from "./generated/simd128.ts";
import type { SimdVariant } from "./variant.ts";

/** The functions of assembly/index.ts; every pointer is a byte address, every length counts float32 elements. */
export type WasmExports = {
  readonly heapBase: () => number;
  readonly dense: (
    x: number,
    w: number,
    bias: number,
    y: number,
    rows: number,
    inputs: number,
    outputs: number,
  ) => void;
  readonly transpose: (matrix: number, result: number, rows: number, columns: number) => void;
  readonly denseWeightGradient: (
    x: number,
    dy: number,
    dw: number,
    dBias: number,
    rows: number,
    inputs: number,
    outputs: number,
  ) => void;
  readonly exponential: WasmMap;
  readonly tanh: WasmMap;
  readonly tanhGradient: WasmMapGradient;
  readonly relu: WasmMap;
  readonly reluGradient: WasmMapGradient;
  readonly gelu: WasmMap;
  readonly geluGradient: WasmMapGradient;
  readonly silu: WasmMap;
  readonly siluGradient: WasmMapGradient;
  readonly adam: (
    weights: number,
    gradient: number,
    firstMoment: number,
    secondMoment: number,
    length: number,
    correctedStepSize: number,
    beta1: number,
    oneMinusBeta1: number,
    beta2: number,
    oneMinusBeta2: number,
    correction2: number,
    epsilon: number,
    decay: number,
  ) => void;
  readonly sumOfSquares: (values: number, length: number) => number;
  readonly scale: (values: number, factor: number, length: number) => void;
};
export type WasmMap = (x: number, y: number, length: number) => void;
export type WasmMapGradient = (z: number, y: number, dy: number, dz: number, length: number) => void;

const SOURCES: Readonly<Record<SimdVariant, string>> = { simd128, "relaxed-simd": relaxedSimd };
/** Compiled code has no state: one copy serves every instance of the process. */
const compiled = new Map<SimdVariant, WebAssembly.Module>();

function compile(variant: SimdVariant): WebAssembly.Module {
  const known = compiled.get(variant);
  if (known !== undefined) return known;
  const fresh = compileBase64(SOURCES[variant]);
  compiled.set(variant, fresh);
  return fresh;
}

/** A new instance over `memory`, synchronously; compiles the variant the first time that it is asked for. */
export function instantiate(variant: SimdVariant, memory: WebAssembly.Memory): WasmExports {
  return new WebAssembly.Instance(compile(variant), { env: { memory } }).exports as WasmExports;
}
