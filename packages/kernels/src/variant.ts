/** Plain 128-bit SIMD, or with fused multiply-add where the engine offers relaxed SIMD. */
export type SimdVariant = "simd128" | "relaxed-simd";

/** A module of one function, () => v128, with `body` for its code. */
function probe(body: readonly number[]): Uint8Array<ArrayBuffer> {
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  const types = [0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b];
  const functions = [0x03, 0x02, 0x01, 0x00];
  const code = [0x0a, body.length + 4, 0x01, body.length + 2, 0x00, ...body, 0x0b];
  return new Uint8Array([...header, ...types, ...functions, ...code]);
}

/** i32.const 0, i8x16.splat */
const ZERO_VECTOR = [0x41, 0x00, 0xfd, 0x0f];
const PROBES: Readonly<Record<SimdVariant, readonly number[]>> = {
  simd128: ZERO_VECTOR,
  // f32x4.relaxed_madd is opcode 0x105, in LEB128 85 02.
  "relaxed-simd": [...ZERO_VECTOR, ...ZERO_VECTOR, ...ZERO_VECTOR, 0xfd, 0x85, 0x02],
};

/** Whether this engine accepts the variant's instructions: validates a tiny module, runs nothing. */
export function isVariantSupported(variant: SimdVariant): boolean {
  return WebAssembly.validate(probe(PROBES[variant]));
}
