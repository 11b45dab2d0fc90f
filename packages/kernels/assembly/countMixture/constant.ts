/** A number of `memory.data<f64>` in both lanes: one instruction, where engines build a vector literal from integers. */
// @ts-ignore: decorator
@inline
export function constant(table: usize, index: usize = 0): v128 {
  return v128.load64_splat(table + (index << 3));
}

export const ONE: usize = memory.data<f64>([1]);
/** 1.5·2⁵²: adding it rounds to an integer, which then stands in the low bits. */
export const ROUNDER: usize = memory.data<f64>([6755399441055744]);
/** 2ⁿ has the bits (BIAS + n) << 52. */
export const BIAS: usize = memory.data<i64>([1023]);
export const SIGN: usize = memory.data<f64>([-0.0]);
