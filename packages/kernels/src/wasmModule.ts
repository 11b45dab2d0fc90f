import { compileBase64 } from "./compileBase64.ts";
import { relaxedSimd } from "./generated/relaxedSimd.ts";
import { simd128 } from "./generated/simd128.ts";
import type { SimdVariant } from "./variant.ts";
import type { WasmExports } from "./wasmExports.ts";

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
