import { BIAS, constant, ONE, ROUNDER } from "./constant";

/** log(1 + f) = f − f²/2 + s·(f²/2 + R(s²)), s = f/(2 + f): Lg1 … Lg7 and the parts of ln 2 of fdlibm, e_log.c. */
const R: usize = memory.data<f64>([
  6.666666666666735130e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1,
  1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860511658591e-1,
]);
const LN2_HIGH: usize = memory.data<f64>([6.93147180369123816490e-1]);
const LN2_LOW: usize = memory.data<f64>([1.90821492927058770002e-10]);
/** The bits of 1 less those of √½, so that the exponent steps at √½. */
const TO_ROOT: usize = memory.data<u64>([0x3ff0000000000000 - 0x3fe6a09e667f3bcd]);
const MANTISSA: usize = memory.data<u64>([0x000fffffffffffff]);
const ROOT_BITS: usize = memory.data<u64>([0x3fe6a09e667f3bcd]);
const HALF: usize = memory.data<f64>([0.5]);

/** The natural logarithm of normal positive numbers, within two units in the last place; NaN for NaN. */
export function logarithm(x: v128): v128 {
  const bits = i64x2.add(x, constant(TO_ROOT));
  const mantissa = i64x2.add(v128.and(bits, constant(MANTISSA)), constant(ROOT_BITS));
  const exponent = i64x2.sub(i64x2.shr_u(bits, 52), constant(BIAS));
  const e = f64x2.sub(i64x2.add(exponent, constant(ROUNDER)), constant(ROUNDER));
  const f = f64x2.sub(mantissa, constant(ONE));
  const s = f64x2.div(f, f64x2.add(f64x2.add(f, constant(ONE)), constant(ONE)));
  const z = f64x2.mul(s, s);
  let r = f64x2.add(f64x2.mul(constant(R, 6), z), constant(R, 5));
  for (let i = 4; i >= 0; i--) r = f64x2.add(f64x2.mul(r, z), constant(R, i));
  const half = f64x2.mul(f64x2.mul(f, f), constant(HALF));
  const low = f64x2.add(f64x2.mul(s, f64x2.add(half, f64x2.mul(r, z))), f64x2.mul(e, constant(LN2_LOW)));
  const value = f64x2.sub(f64x2.mul(e, constant(LN2_HIGH)), f64x2.sub(f64x2.sub(half, low), f));
  // x − x is 0, or NaN where x is.
  return f64x2.add(value, f64x2.sub(x, x));
}
