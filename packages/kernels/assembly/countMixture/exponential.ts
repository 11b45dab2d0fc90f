import { BIAS, constant, ROUNDER } from "./constant";
import { scaledPowersOfTwo } from "./powerOfTwo";

const LOG2_E: usize = memory.data<f64>([1.4426950408889634]);
/** ln 2 in two parts (fdlibm, e_exp.c): the first ends in 20 zeros, so that its product with |n| ≤ 1100 is exact. */
const LN2_HIGH: usize = memory.data<f64>([6.9314718036912381649e-1]);
const LN2_LOW: usize = memory.data<f64>([1.90821492927058770002e-10]);
/** Beyond these 2ⁿ has the exponent of 0 or of ∞. */
const LEAST: usize = memory.data<f64>([-709]);
const MOST: usize = memory.data<f64>([710]);

/**
 * Overwrites x with e^x, relative error 1e-15: 0 below −708.7 and ∞ above 709.4, NaN for NaN. `bytes` is a multiple of 16,
 * `scratch` as long.
 */
export function exponentiate(x: usize, scratch: usize, bytes: usize): void {
  const least = constant(LEAST), most = constant(MOST), rounder = constant(ROUNDER), bias = constant(BIAS);
  const log2e = constant(LOG2_E), ln2High = constant(LN2_HIGH), ln2Low = constant(LN2_LOW);
  for (let i: usize = 0; i < bytes; i += 16) {
    // pmax and pmin return their first argument when it is NaN.
    const power = f64x2.pmin(f64x2.pmax(v128.load(x + i), least), most);
    const shifted = f64x2.add(f64x2.mul(power, log2e), rounder);
    const n = f64x2.sub(shifted, rounder);
    const minusRest = f64x2.add(f64x2.sub(f64x2.mul(n, ln2High), power), f64x2.mul(n, ln2Low));
    v128.store(x + i, f64x2.mul(minusRest, log2e));
    // The shift drops all of the rounder's bits.
    v128.store(scratch + i, i64x2.shl(i64x2.add(bias, shifted), 52));
  }
  scaledPowersOfTwo(x, scratch, x, bytes);
}
