import { constant, magnitude } from "./constant";
import { exponentialOfNegative, ONE } from "./exponential";
import { multiplyAdd } from "./multiplyAdd";

const INVERSE_SQRT_TWO_PI: usize = memory.data<f32>([0.3989422804014327]);
const MINUS_HALF: usize = memory.data<f32>([-0.5]);
/** Beyond this Φ is 0 or 1 and the density 0 in float32; keeps ∞·0 out of the products. */
const FAR: usize = memory.data<f32>([14]);
const MINUS_FAR: usize = memory.data<f32>([-14]);

/** The polynomial P of `scaledTail`, highest power first. */
const P8: usize = memory.data<f32>([-0.0716562550401799]);
const P7: usize = memory.data<f32>([0.2835882680993312]);
const P6: usize = memory.data<f32>([-0.3302527072785254]);
const P5: usize = memory.data<f32>([0.3494001809028864]);
const P4: usize = memory.data<f32>([-0.09392460670866805]);
const P3: usize = memory.data<f32>([0.12487246307682713]);
const P2: usize = memory.data<f32>([0.06919223947382361]);
const P1: usize = memory.data<f32>([0.08506884797553586]);
const P0: usize = memory.data<f32>([0.08371157626003517]);
const SLOPE: usize = memory.data<f32>([0.21]);

/**
 * Φ(−a) e^(a²/2) for a ≥ 0 as t·P(t), t = 1/(1 + 0.21 a), the form of Abramowitz & Stegun 7.1.26. The coefficients are
 * our own minimax fit of degree 8 in relative error on a ∈ [0, 14] (1.6e-8 before rounding).
 */
// @ts-ignore: decorator
@inline
function scaledTail(a: v128): v128 {
  const t = f32x4.div(constant(ONE), multiplyAdd(a, constant(SLOPE), constant(ONE)));
  const t2 = f32x4.mul(t, t), t4 = f32x4.mul(t2, t2);
  const p01 = multiplyAdd(constant(P1), t, constant(P0)), p23 = multiplyAdd(constant(P3), t, constant(P2));
  const p45 = multiplyAdd(constant(P5), t, constant(P4)), p67 = multiplyAdd(constant(P7), t, constant(P6));
  const low = multiplyAdd(p23, t2, p01), high = multiplyAdd(multiplyAdd(constant(P8), t2, p67), t2, p45);
  return f32x4.mul(t, multiplyAdd(high, t4, low));
}

/** e^(−z²/2). */
// @ts-ignore: decorator
@inline
function gaussian(z: v128): v128 {
  return exponentialOfNegative(f32x4.mul(f32x4.mul(z, constant(MINUS_HALF)), z));
}

/** Φ(z), the standard normal distribution function, given e^(−z²/2). */
// @ts-ignore: decorator
@inline
function normalCdf(z: v128, density: v128): v128 {
  const tail = f32x4.mul(density, scaledTail(magnitude(z)));
  return v128.bitselect(tail, f32x4.sub(constant(ONE), tail), f32x4.lt(z, f32x4.splat(0)));
}

/** Overwrites y with z·Φ(z), the exact form (erf, not tanh). */
export function gelu(z: usize, y: usize, length: i32): void {
  const bytes = <usize>length << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = f32x4.pmax(v128.load(z + i), constant(MINUS_FAR));
    v128.store(y + i, f32x4.mul(value, normalCdf(value, gaussian(value))));
  }
}

/** Overwrites dz with dy·(Φ(z) + z φ(z)), φ the standard normal density; y is not read. */
export function geluGradient(z: usize, y: usize, dy: usize, dz: usize, length: i32): void {
  const bytes = <usize>length << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = f32x4.pmin(f32x4.pmax(v128.load(z + i), constant(MINUS_FAR)), constant(FAR));
    const density = gaussian(value);
    const slope = multiplyAdd(f32x4.mul(value, constant(INVERSE_SQRT_TWO_PI)), density, normalCdf(value, density));
    v128.store(dz + i, f32x4.mul(v128.load(dy + i), slope));
  }
}

/** Overwrites y with z·Φ(z), and z with the derivative of it: Φ(z) + z φ(z). */
export function geluWithSlope(z: usize, y: usize, length: i32): void {
  const bytes = <usize>length << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = f32x4.pmax(v128.load(z + i), constant(MINUS_FAR));
    const near = f32x4.pmin(value, constant(FAR)), density = gaussian(near), cdf = normalCdf(near, density);
    v128.store(y + i, f32x4.mul(value, cdf));
    v128.store(z + i, multiplyAdd(f32x4.mul(near, constant(INVERSE_SQRT_TWO_PI)), density, cdf));
  }
}
