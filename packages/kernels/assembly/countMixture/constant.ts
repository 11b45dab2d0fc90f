/** A float64 constant of `memory.data<f64>([value])` in both lanes: one instruction, unlike a vector literal. */
// @ts-ignore: decorator
@inline
export function constant(address: usize): v128 {
  return v128.load64_splat(address);
}

export const ONE: usize = memory.data<f64>([1]);
/** 1.5·2⁵²: adding it rounds to an integer, which then stands in the low bits. */
export const ROUNDER: usize = memory.data<f64>([6755399441055744]);
/** The bits that make an exponent: 2ⁿ is (BIAS + n) << 52. */
export const BIAS: usize = memory.data<i64>([1023]);
export const SIGN: usize = memory.data<f64>([-0.0]);
/** √(log₂ e / 2): with y = SLOPE·z the normal's exp(−z²/2) is 2^(−y²). */
export const SLOPE: f64 = 0.8493218002880191;

/** From one component to the next: components are padded to pairs. */
// @ts-ignore: decorator
@inline
export function paddedBytes(numComponents: i32): usize {
  return <usize>((numComponents + 1) & ~1) << 3;
}
