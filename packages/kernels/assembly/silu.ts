import { constant, negativeMagnitude, SIGN } from "./constant";
import { exponentialOfNegative, exponentialWithin, ONE } from "./exponential";

/** Beyond this the sigmoid is 0 or 1 in float32; keeps ∞·0 out of the products. */
const FAR: usize = memory.data<f32>([88]);
const MINUS_FAR: usize = memory.data<f32>([-88]);
/** The range of `exponentialWithin`. */
const NEAR: usize = memory.data<f32>([87]);
const MINUS_NEAR: usize = memory.data<f32>([-87]);

/** Overwrites y with z·σ(z), σ the logistic function. */
export function silu(z: usize, y: usize, length: i32): void {
  const bytes = <usize>length << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.load(z + i);
    const e = exponentialOfNegative(negativeMagnitude(value));
    const numerator = v128.bitselect(e, constant(ONE), f32x4.lt(value, f32x4.splat(0)));
    const sigmoid = f32x4.div(numerator, f32x4.add(constant(ONE), e));
    v128.store(y + i, f32x4.mul(f32x4.pmax(value, constant(MINUS_FAR)), sigmoid));
  }
}

/** Overwrites dz with dy·σ(z)(1 + z(1 − σ(z))); y is not read. */
export function siluGradient(z: usize, y: usize, dy: usize, dz: usize, length: i32): void {
  const bytes = <usize>length << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = f32x4.pmin(f32x4.pmax(v128.load(z + i), constant(MINUS_FAR)), constant(FAR));
    const e = exponentialOfNegative(negativeMagnitude(value));
    const larger = f32x4.div(constant(ONE), f32x4.add(constant(ONE), e)), smaller = f32x4.mul(e, larger);
    const isNegative = f32x4.lt(value, f32x4.splat(0));
    const sigmoid = v128.bitselect(smaller, larger, isNegative), complement = v128.bitselect(larger, smaller, isNegative);
    const slope = f32x4.mul(sigmoid, f32x4.add(constant(ONE), f32x4.mul(value, complement)));
    v128.store(dz + i, f32x4.mul(v128.load(dy + i), slope));
  }
}

/**
 * Overwrites y with z·σ(z), and z with the derivative of it: σ(z) + z·σ(z)·(1 − σ(z)). With e = e^(−z), σ = 1/(1 + e) and
 * 1 − σ = e·σ keep their relative accuracy at both ends.
 */
export function siluWithSlope(z: usize, y: usize, length: i32): void {
  const bytes = <usize>length << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = f32x4.pmax(v128.load(z + i), constant(MINUS_NEAR)), near = f32x4.pmin(value, constant(NEAR));
    const e = exponentialWithin(v128.xor(near, constant(SIGN)));
    const sigmoid = f32x4.div(constant(ONE), f32x4.add(constant(ONE), e)), complement = f32x4.mul(e, sigmoid);
    v128.store(y + i, f32x4.mul(value, sigmoid));
    v128.store(z + i, f32x4.add(sigmoid, f32x4.mul(f32x4.mul(near, sigmoid), complement)));
  }
}
