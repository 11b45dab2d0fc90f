import { constant, SIGN } from "./constant";
import { ONE, ROUNDER } from "./exponential";
import { multiplyAdd } from "./multiplyAdd";

const TWO: usize = memory.data<f32>([2]);
/** 2 / ln 2: e^(−2|z|) = 2^(−|z|·2/ln 2). */
const TWICE_LOG2_E: usize = memory.data<f32>([2.885390081777927]);
/** Long before 2^−58 the quotient is 1 in float32. */
const LEAST: usize = memory.data<f32>([-58]);
/** (2^f − 1) / f for |f| ≤ ½, lowest power first: our own minimax fit of degree 5, relative error 1.1e-8 before rounding. */
const P0: usize = memory.data<f32>([0.6931471879266645]);
const P1: usize = memory.data<f32>([0.24022649794774598]);
const P2: usize = memory.data<f32>([0.05550357433727435]);
const P3: usize = memory.data<f32>([0.009618237524607116]);
const P4: usize = memory.data<f32>([0.0013390735441148605]);
const P5: usize = memory.data<f32>([0.00015403502854246468]);

/**
 * Overwrites y with tanh z = −m / (2 + m), m = e^(−2|z|) − 1, and the sign of z: accurate near 0, and 1 from |z| = 9.02 on. The
 * power of two is taken at once, without going through e: what its product rounds off counts only where tanh is flat.
 */
export function tanh(z: usize, y: usize, length: i32): void {
  const bytes = <usize>length << 2;
  // Loaded once: constants at each use took as long as the arithmetic.
  const scale = constant(TWICE_LOG2_E), least = constant(LEAST), rounder = constant(ROUNDER), sign = constant(SIGN);
  const one = constant(ONE), two = constant(TWO), p0 = constant(P0), p1 = constant(P1), p2 = constant(P2);
  for (let i: usize = 0; i < bytes; i += 16) {
    const argument = v128.load(z + i);
    const power = f32x4.pmax(f32x4.mul(v128.or(argument, sign), scale), least);
    const shifted = f32x4.add(power, rounder);
    const f = f32x4.sub(power, f32x4.sub(shifted, rounder));
    const square = f32x4.mul(f, f);
    const high = multiplyAdd(constant(P5), f, constant(P4)), middle = multiplyAdd(constant(P3), f, p2);
    const q = f32x4.mul(multiplyAdd(multiplyAdd(high, square, middle), square, multiplyAdd(p1, f, p0)), f);
    const twoToN = i32x4.add(i32x4.shl(shifted, 23), one);
    const m = multiplyAdd(twoToN, q, f32x4.sub(twoToN, one));
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
