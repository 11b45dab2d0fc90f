import { BIAS, constant, ROUNDER } from "./constant";
import { powerOfTwo } from "./powerOfTwo";

const LOG2_E: usize = memory.data<f64>([1.4426950408889634]);
/** ln 2 in two parts (fdlibm, e_exp.c): the first ends in 20 zeros, so that its product with |n| ≤ 1100 is exact. */
const LN2_HIGH: usize = memory.data<f64>([6.93147180369123816490e-1]);
const LN2_LOW: usize = memory.data<f64>([1.90821492927058770002e-10]);
/** Beyond these e^x is 0 or ∞. */
const UNDERFLOW: usize = memory.data<f64>([-746]);
const OVERFLOW: usize = memory.data<f64>([710]);

/** e^x, relative error 1e-15 (a unit of the subnormal range below): 0 and ∞ at the ends, NaN for NaN. */
export function exponential(x: v128): v128 {
  // pmax and pmin return their first argument when it is NaN.
  const clamped = f64x2.pmin(f64x2.pmax(x, constant(UNDERFLOW)), constant(OVERFLOW));
  const rounder = constant(ROUNDER), bias = constant(BIAS);
  const shifted = f64x2.add(f64x2.mul(clamped, constant(LOG2_E)), rounder);
  const n = f64x2.sub(shifted, rounder);
  const r = f64x2.sub(f64x2.sub(clamped, f64x2.mul(n, constant(LN2_HIGH))), f64x2.mul(n, constant(LN2_LOW)));
  const p = powerOfTwo(f64x2.mul(f64x2.neg(r), constant(LOG2_E)));
  // n may leave the range of exponents, its halves do not.
  const whole = i64x2.sub(shifted, rounder), half = i64x2.shr_s(whole, 1), rest = i64x2.sub(whole, half);
  const first = i64x2.shl(i64x2.add(bias, half), 52), second = i64x2.shl(i64x2.add(bias, rest), 52);
  return f64x2.mul(f64x2.mul(p, first), second);
}
