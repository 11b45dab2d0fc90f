import { constant } from "./constant";
import { multiplyAdd } from "./multiplyAdd";

export const LOG2_E: usize = memory.data<f32>([1.44269504088896341]);
/** −ln 2 in two parts (Cody & Waite): the first has 10 bits, so that its product with |n| ≤ 150 is exact. */
const MINUS_LN2_HIGH: usize = memory.data<f32>([-0.693359375]);
const MINUS_LN2_LOW: usize = memory.data<f32>([2.12194440e-4]);
/** 1.5·2²³: adding it rounds to an integer, which then stands in the low bits. */
export const ROUNDER: usize = memory.data<f32>([12582912]);
export const ONE: usize = memory.data<f32>([1]);
/** Below this argument `exponentialOfNegative` is 0 (the smallest normal float is e^−87.34). */
const LEAST: usize = memory.data<f32>([-87]);
/** Beyond these e^x is 0 or ∞ in float32. */
const UNDERFLOW: usize = memory.data<f32>([-104]);
const OVERFLOW: usize = memory.data<f32>([89]);
/** (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2, highest power first: Cephes `expf` (Moshier 1992). */
export const P5: usize = memory.data<f32>([1.9875691500e-4]);
export const P4: usize = memory.data<f32>([1.3981999507e-3]);
export const P3: usize = memory.data<f32>([8.3334519073e-3]);
export const P2: usize = memory.data<f32>([4.1665795894e-2]);
export const P1: usize = memory.data<f32>([1.6666665459e-1]);
export const P0: usize = memory.data<f32>([5.0000001201e-1]);

/** x / ln 2 rounded to an integer n, as n + ROUNDER. */
// @ts-ignore: decorator
@inline
function roundedQuotient(x: v128): v128 {
  return multiplyAdd(x, constant(LOG2_E), constant(ROUNDER));
}

/** x − n·ln 2, in [−ln 2 / 2, ln 2 / 2] up to rounding. */
// @ts-ignore: decorator
@inline
function remainder(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, constant(ROUNDER));
  return multiplyAdd(n, constant(MINUS_LN2_LOW), multiplyAdd(n, constant(MINUS_LN2_HIGH), x));
}

/** e^r − 1 for |r| ≤ ln 2 / 2. */
// @ts-ignore: decorator
@inline
function exponentialMinusOneReduced(r: v128): v128 {
  // Estrin's order: the chain of dependent operations, not their number, sets the pace.
  const square = f32x4.mul(r, r);
  const low = multiplyAdd(constant(P1), r, constant(P0));
  const middle = multiplyAdd(constant(P3), r, constant(P2));
  const high = multiplyAdd(constant(P5), r, constant(P4));
  return multiplyAdd(multiplyAdd(multiplyAdd(high, square, middle), square, low), square, r);
}

/** 2ⁿ for −126 ≤ n ≤ 127, from n + ROUNDER: the shift drops all of ROUNDER's bits, and 1 has the exponent's bias. */
// @ts-ignore: decorator
@inline
function powerOfTwo(shifted: v128): v128 {
  return i32x4.add(i32x4.shl(shifted, 23), constant(ONE));
}

/** e^x for x ≤ 0; 0 for x < −87; NaN for NaN. */
// @ts-ignore: decorator
@inline
export function exponentialOfNegative(x: v128): v128 {
  // pmax and pmin return their first argument when it is NaN.
  const clamped = f32x4.pmax(x, constant(LEAST));
  const shifted = roundedQuotient(clamped);
  const q = exponentialMinusOneReduced(remainder(clamped, shifted));
  const value = f32x4.mul(f32x4.add(q, constant(ONE)), powerOfTwo(shifted));
  return v128.andnot(value, f32x4.lt(x, constant(LEAST)));
}

/** e^x for −87 ≤ x ≤ 87; NaN for NaN. */
// @ts-ignore: decorator
@inline
export function exponentialWithin(x: v128): v128 {
  const shifted = roundedQuotient(x);
  return f32x4.mul(f32x4.add(exponentialMinusOneReduced(remainder(x, shifted)), constant(ONE)), powerOfTwo(shifted));
}

/** e^x over the whole range of floats: gradual underflow, overflow to ∞, NaN for NaN. */
// @ts-ignore: decorator
@inline
export function exponentialOf(x: v128): v128 {
  const clamped = f32x4.pmin(f32x4.pmax(x, constant(UNDERFLOW)), constant(OVERFLOW));
  const shifted = roundedQuotient(clamped);
  const q = exponentialMinusOneReduced(remainder(clamped, shifted));
  // n may leave the range of exponents, its halves do not.
  const n = i32x4.sub(shifted, constant(ROUNDER));
  const half = i32x4.shr_s(n, 1), rest = i32x4.sub(n, half);
  const first = powerOfTwo(half), second = powerOfTwo(rest);
  return f32x4.mul(f32x4.mul(f32x4.add(q, constant(ONE)), first), second);
}

/** Overwrites y with e^x. */
export function exponential(x: usize, y: usize, length: i32): void {
  const bytes = <usize>length << 2;
  for (let i: usize = 0; i < bytes; i += 16) v128.store(y + i, exponentialOf(v128.load(x + i)));
}
