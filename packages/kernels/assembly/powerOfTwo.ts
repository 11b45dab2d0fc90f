import { constant } from "./constant";
import { multiplyAdd } from "./multiplyAdd";

const LOG2_E: usize = memory.data<f32>([1.44269504088896341]);
/** Below this the result is 0: a sum with a term of 1 does not notice. */
const LEAST: usize = memory.data<f32>([-125]);
/** 1.5·2²³: adding it rounds to an integer, which then stands in the low bits. */
const ROUNDER: usize = memory.data<f32>([12582912]);
/** 2^f for |f| ≤ ½, lowest power first: our own minimax fit of degree 5, relative error 7.5e-8 before rounding. */
const P0: usize = memory.data<f32>([1.0000000716551205]);
const P1: usize = memory.data<f32>([0.6931469670636339]);
const P2: usize = memory.data<f32>([0.24022119721667]);
const P3: usize = memory.data<f32>([0.05550713274294252]);
const P4: usize = memory.data<f32>([0.009675541452505848]);
const P5: usize = memory.data<f32>([0.0013276472066195179]);

/**
 * Overwrites the vectors at `to` (which may be `from`) with e^(v − most), lane by lane, and returns their sum. `most` is the largest of
 * each lane. Relative error 2e-7 + 6e-8·|v − most|; 0 below −86.6. NaN for NaN. Two thirds of the work of
 * `exponentialOfNegative`: the product with log₂ e is rounded, the exponent is added to the bits, the constants stay in registers.
 */
export function softmaxTerms(from: usize, to: usize, bytes: usize, most: v128): v128 {
  const log2e = constant(LOG2_E), least = constant(LEAST), rounder = constant(ROUNDER);
  const p0 = constant(P0), p1 = constant(P1), p2 = constant(P2), p3 = constant(P3), p4 = constant(P4), p5 = constant(P5);
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const quotient = f32x4.mul(f32x4.sub(v128.load(from + i), most), log2e), power = f32x4.pmax(quotient, least);
    const shifted = f32x4.add(power, rounder);
    const f = f32x4.sub(power, f32x4.sub(shifted, rounder));
    const square = f32x4.mul(f, f);
    const high = multiplyAdd(multiplyAdd(p5, f, p4), square, multiplyAdd(p3, f, p2));
    const result = i32x4.add(multiplyAdd(high, square, multiplyAdd(p1, f, p0)), i32x4.shl(shifted, 23));
    const value = v128.andnot(result, f32x4.lt(quotient, least));
    v128.store(to + i, value);
    sum = f32x4.add(sum, value);
  }
  return sum;
}
