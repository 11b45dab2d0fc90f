import { constant, SIGN } from "./constant";
import { LOG2_E, ONE, P0, P1, P2, P3, P4, P5, ROUNDER } from "./exponential";
import { multiplyAdd } from "./multiplyAdd";

const TWO: usize = memory.data<f32>([2]);
/** −ln 2 at once: its products with 0, 1, 2 and 4 are exact, and further out tanh is flat. */
const MINUS_LN2: usize = memory.data<f32>([-0.6931471805599453]);
/** Long before e^−40 the quotient is 1 in float32. */
const LEAST: usize = memory.data<f32>([-40]);

/**
 * Overwrites y with tanh z = −m / (2 + m), m = e^(−2|z|) − 1, and the sign of z: accurate near 0, and 1 from |z| = 9.02 on. The
 * exponential is that of exponential.ts, written out: constants that are loaded at each use take as long as the arithmetic.
 */
export function tanh(z: usize, y: usize, length: i32): void {
  const bytes = <usize>length << 2;
  const sign = constant(SIGN), two = constant(TWO), least = constant(LEAST), log2e = constant(LOG2_E);
  const rounder = constant(ROUNDER), minusLn2 = constant(MINUS_LN2), one = constant(ONE), p0 = constant(P0), p1 = constant(P1);
  for (let i: usize = 0; i < bytes; i += 16) {
    const argument = v128.load(z + i);
    const x = f32x4.pmax(f32x4.mul(v128.or(argument, sign), two), least);
    const shifted = multiplyAdd(x, log2e, rounder);
    const r = multiplyAdd(f32x4.sub(shifted, rounder), minusLn2, x);
    const square = f32x4.mul(r, r);
    const high = multiplyAdd(constant(P5), r, constant(P4)), middle = multiplyAdd(constant(P3), r, constant(P2));
    const q = multiplyAdd(multiplyAdd(multiplyAdd(high, square, middle), square, multiplyAdd(p1, r, p0)), square, r);
    const power = i32x4.add(i32x4.shl(shifted, 23), one);
    const m = multiplyAdd(power, q, f32x4.sub(power, one));
    v128.store(y + i, v128.bitselect(argument, f32x4.div(m, f32x4.add(m, two)), sign));
  }
}

/** Overwrites dz with dy·(1 − y)(1 + y); z is not read. */
export function tanhGradient(z: usize, y: usize, dy: usize, dz: usize, length: i32): void {
  const bytes = <usize>length << 2, one = f32x4.splat(1);
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.load(y + i);
    const slope = f32x4.mul(f32x4.sub(one, value), f32x4.add(one, value));
    v128.store(dz + i, f32x4.mul(v128.load(dy + i), slope));
  }
}

/** Overwrites `slope` with (1 − y)(1 + y). */
export function tanhSlope(y: usize, slope: usize, length: i32): void {
  const bytes = <usize>length << 2, one = f32x4.splat(1);
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.load(y + i);
    v128.store(slope + i, f32x4.mul(f32x4.sub(one, value), f32x4.add(one, value)));
  }
}
