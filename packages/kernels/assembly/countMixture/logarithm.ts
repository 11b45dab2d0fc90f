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

/** Overwrites x, normal positive numbers, with its natural logarithm, within two units in the last place; NaN for NaN. */
export function logarithms(x: usize, bytes: usize): void {
  const toRoot = constant(TO_ROOT), mantissa = constant(MANTISSA), root = constant(ROOT_BITS), one = constant(ONE);
  const r0 = constant(R, 0), r1 = constant(R, 1), r2 = constant(R, 2), r3 = constant(R, 3), r4 = constant(R, 4);
  const r5 = constant(R, 5), r6 = constant(R, 6), rounder = constant(ROUNDER), bias = constant(BIAS);
  const oneHalf = constant(HALF), ln2High = constant(LN2_HIGH), ln2Low = constant(LN2_LOW);
  for (const end = x + bytes; x < end; x += 16) {
    const value = v128.load(x), bits = i64x2.add(value, toRoot);
    const exponent = i64x2.sub(i64x2.shr_u(bits, 52), bias);
    const n = f64x2.sub(i64x2.add(exponent, rounder), rounder);
    const f = f64x2.sub(i64x2.add(v128.and(bits, mantissa), root), one);
    const s = f64x2.div(f, f64x2.add(f64x2.add(f, one), one));
    const z = f64x2.mul(s, s), z2 = f64x2.mul(z, z);
    const even = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(r6, z2), r4), z2), r2), z2), r0);
    const odd = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(r5, z2), r3), z2), r1);
    const r = f64x2.mul(f64x2.add(f64x2.mul(odd, z), even), z);
    const half = f64x2.mul(f64x2.mul(f, f), oneHalf);
    const low = f64x2.add(f64x2.mul(s, f64x2.add(half, r)), f64x2.mul(n, ln2Low));
    const result = f64x2.sub(f64x2.mul(n, ln2High), f64x2.sub(f64x2.sub(half, low), f));
    // value − value is 0, or NaN where value is.
    v128.store(x, f64x2.add(result, f64x2.sub(value, value)));
  }
}
