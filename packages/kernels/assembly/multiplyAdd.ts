/**
 * a·b + c by lanes: rounded once in the relaxed-SIMD variant where the machine has a fused instruction, rounded twice
 * in the plain one. The compiler flag `--enable relaxed-simd` decides; it is the only difference between the variants.
 */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}
