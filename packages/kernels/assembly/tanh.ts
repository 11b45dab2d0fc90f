import { constant, magnitude, SIGN } from "./constant";
import { exponentialMinusOneOfNegative } from "./exponential";

const TWO: usize = memory.data<f32>([2]);
const MINUS_TWO: usize = memory.data<f32>([-2]);
/** Long before e^−40 the quotient is 1 in float32. */
const LEAST: usize = memory.data<f32>([-40]);

/** tanh|z| = −m / (2 + m) with m = e^(−2|z|) − 1: accurate near 0, and 1 from |z| = 9.02 on. The sign is z's. */
// @ts-ignore: decorator
@inline
function tanhOf(z: v128): v128 {
  const argument = f32x4.pmax(f32x4.mul(magnitude(z), constant(MINUS_TWO)), constant(LEAST));
  const m = exponentialMinusOneOfNegative(argument);
  return v128.bitselect(z, f32x4.div(m, f32x4.add(m, constant(TWO))), constant(SIGN));
}

/** Overwrites y with tanh z. */
export function tanh(z: usize, y: usize, length: i32): void {
  const bytes = <usize>length << 2;
  for (let i: usize = 0; i < bytes; i += 16) v128.store(y + i, tanhOf(v128.load(z + i)));
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
