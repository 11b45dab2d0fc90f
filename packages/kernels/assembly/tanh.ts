import { constant } from "./constant";
import { ONE } from "./exponential";
import { multiplyAdd } from "./multiplyAdd";

/** Beyond ±MOST the quotient is ±1, as tanh is in float32 from 9.02 on and within 8e-8 before. */
const MOST: usize = memory.data<f32>([8.54]);
const LEAST: usize = memory.data<f32>([-8.54]);
const MINUS_ONE: usize = memory.data<f32>([-1]);
/**
 * tanh x / x ≈ P(x²) / Q(x²), both 1 at 0: the minimax quotient for |x| ≤ 8.54, 1.3e-8 off before its coefficients were rounded. Of
 * the roundings nearby these are the ones with the least error of the whole in float32, fused or not, that end at 1.
 */
const P1: usize = memory.data<f32>([0.13413333892822266]);
const P2: usize = memory.data<f32>([0.003534050192683935]);
const P3: usize = memory.data<f32>([2.1248053599265404e-5]);
const P4: usize = memory.data<f32>([1.4257996561184427e-8]);
const Q1: usize = memory.data<f32>([0.4674665927886963]);
const Q2: usize = memory.data<f32>([0.02602304518222809]);
const Q3: usize = memory.data<f32>([3.348761238157749e-4]);
const Q4: usize = memory.data<f32>([8.142074534589483e-7]);

/**
 * Overwrites y with tanh z: accurate near 0 too, and ±1 from |z| = 8.54 on. Few operations in a short chain: more of them, such as
 * those of an exponential, fill the machine's registers before the next vectors can begin.
 */
export function tanh(z: usize, y: usize, length: i32): void {
  const bytes = <usize>length << 2, most = constant(MOST), least = constant(LEAST), one = constant(ONE);
  const p1 = constant(P1), p2 = constant(P2), p3 = constant(P3), p4 = constant(P4);
  const q1 = constant(Q1), q2 = constant(Q2), q3 = constant(Q3), q4 = constant(Q4);
  for (let i: usize = 0; i < bytes; i += 16) {
    // pmin and pmax return their first argument when it is NaN.
    const x = f32x4.pmin(f32x4.pmax(v128.load(z + i), least), most);
    const square = f32x4.mul(x, x);
    const p = multiplyAdd(multiplyAdd(multiplyAdd(multiplyAdd(p4, square, p3), square, p2), square, p1), square, one);
    const q = multiplyAdd(multiplyAdd(multiplyAdd(multiplyAdd(q4, square, q3), square, q2), square, q1), square, one);
    // Near its end the quotient may round to just beyond 1.
    v128.store(y + i, f32x4.pmin(f32x4.pmax(f32x4.div(f32x4.mul(x, p), q), constant(MINUS_ONE)), one));
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
