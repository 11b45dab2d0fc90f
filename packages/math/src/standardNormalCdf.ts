import { scaledErfc } from "./scaledErfc.ts";

/**
 * exp(-z²/2) with the relative error of `Math.exp`: z is split so that the large square is exact (Cody 1969, "Rational
 * Chebyshev approximations for the error function").
 */
function expHalfSquare(z: number): number {
  const coarse = Math.trunc(z * 16) / 16;
  return Math.exp(-0.5 * coarse * coarse) * Math.exp(-0.5 * (z - coarse) * (z + coarse));
}

/** The upper tail 1 - Φ(z) for z ≥ 0. */
function upperTail(z: number): number {
  return z > 39 ? 0 : 0.5 * expHalfSquare(z) * scaledErfc(z * Math.SQRT1_2);
}

/**
 * Φ(z), the probability that a Normal(0, 1) is at most z. Relative error below 5e-15 where the result is a normal
 * double (z > -37.5); it underflows to 0 below -38.6. Use `standardNormalCdf(-z)` for the upper tail. NaN gives NaN.
 */
export function standardNormalCdf(z: number): number {
  return z < 0 ? upperTail(-z) : 1 - upperTail(z);
}
