import { constant } from "./constant";
import { ONE } from "./exponential";
import { multiplyAdd } from "./multiplyAdd";

const TWO: usize = memory.data<f32>([2]);
const INFINITY: usize = memory.data<f32>([Infinity]);
const LN2_HIGH: usize = memory.data<f32>([0.693359375]);
const LN2_LOW: usize = memory.data<f32>([-2.12194440e-4]);
/** The bits of √½, so that the exponent steps there, and those of 1 less them. */
const ROOT: usize = memory.data<i32>([0x3f3504f3]);
const TO_ROOT: usize = memory.data<i32>([0x3f800000 - 0x3f3504f3]);
const MANTISSA: usize = memory.data<i32>([0x007fffff]);
const BIAS: usize = memory.data<i32>([127]);
/** Subnormal numbers are scaled by 2²³ first. */
const LEAST_NORMAL: usize = memory.data<f32>([1.1754943508222875e-38]);
const UP: usize = memory.data<f32>([8388608]);
const MINUS_EXPONENT_UP: usize = memory.data<f32>([-23]);
/** log((1 + s)/(1 − s)) = 2s + s³·P(s²): 2/3, 2/5, 2/7, … of the series, lowest power first. */
const P0: usize = memory.data<f32>([0.6666666666666666]);
const P1: usize = memory.data<f32>([0.4]);
const P2: usize = memory.data<f32>([0.2857142857142857]);
const P3: usize = memory.data<f32>([0.2222222222222222]);
const P4: usize = memory.data<f32>([0.18181818181818182]);
const P5: usize = memory.data<f32>([0.15384615384615385]);
/** In place of 2/15, for what follows it where s = 1/3. */
const P6: usize = memory.data<f32>([0.15]);

/**
 * The natural logarithm of normal positive numbers, times 2^`offset`, within 2 units in the last place and 1e-7 absolute near 1. The
 * series ends after s⁹: |s| ≤ 0.1716 leaves 2e-9.
 */
// @ts-ignore: decorator
@inline
function core(value: v128, offset: v128): v128 {
  const bits = i32x4.add(value, constant(TO_ROOT));
  const n = f32x4.add(f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(bits, 23), constant(BIAS))), offset);
  const f = f32x4.sub(i32x4.add(v128.and(bits, constant(MANTISSA)), constant(ROOT)), constant(ONE));
  const s = f32x4.div(f, f32x4.add(f, constant(TWO)));
  const z = f32x4.mul(s, s);
  const p = multiplyAdd(multiplyAdd(multiplyAdd(constant(P3), z, constant(P2)), z, constant(P1)), z, constant(P0));
  // 2s = f − s·f: f is exact, so that the quotient's error counts little.
  const rest = f32x4.mul(s, f32x4.sub(f32x4.mul(z, p), f));
  return multiplyAdd(n, constant(LN2_HIGH), f32x4.add(f, multiplyAdd(n, constant(LN2_LOW), rest)));
}

/** The logarithm of normal positive numbers; NaN of NaN and ∞. */
// @ts-ignore: decorator
@inline
export function logarithmOfNormal(x: v128): v128 {
  return f32x4.add(core(x, f32x4.splat(0)), f32x4.sub(x, x));
}

/** The natural logarithm, with the error of `core`: −∞ of 0, NaN below. */
// @ts-ignore: decorator
@inline
export function logarithmOf(x: v128): v128 {
  const isSmall = f32x4.lt(x, constant(LEAST_NORMAL));
  const value = v128.bitselect(f32x4.mul(x, constant(UP)), x, isSmall);
  return special(x, core(value, v128.and(isSmall, constant(MINUS_EXPONENT_UP))));
}

/** `result`, but −∞ where x is 0, ∞ where it is ∞, NaN where it is negative or NaN. */
// @ts-ignore: decorator
@inline
function special(x: v128, result: v128): v128 {
  const zero = f32x4.splat(0);
  const isInside = v128.and(f32x4.gt(x, zero), f32x4.lt(x, constant(INFINITY)));
  // Outside: 0 → −∞ (0 · ∞ would be NaN, so −1/|x|), ∞ → ∞, negative and NaN → NaN by the root.
  const outside = v128.bitselect(f32x4.neg(constant(INFINITY)), f32x4.sqrt(x), f32x4.eq(x, zero));
  return v128.bitselect(result, outside, isInside);
}

/** log(1 + t) for 0 ≤ t ≤ 1, relative error 3e-7; NaN for NaN. */
// @ts-ignore: decorator
@inline
export function logarithmOnePlus(t: v128): v128 {
  const s = f32x4.div(t, f32x4.add(t, constant(TWO)));
  const z = f32x4.mul(s, s);
  const high = multiplyAdd(multiplyAdd(constant(P6), z, constant(P5)), z, constant(P4));
  const p = multiplyAdd(multiplyAdd(multiplyAdd(multiplyAdd(high, z, constant(P3)), z, constant(P2)), z, constant(P1)), z, constant(P0));
  return f32x4.mul(s, multiplyAdd(z, p, constant(TWO)));
}

/** Overwrites y with log x. */
export function logarithm(x: usize, y: usize, length: i32): void {
  const bytes = <usize>length << 2;
  for (let i: usize = 0; i < bytes; i += 16) v128.store(y + i, logarithmOf(v128.load(x + i)));
}
