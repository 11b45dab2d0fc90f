import { polynomial } from "./polynomial.ts";

/** B(2k) / 2k for k = 7 … 1 (Abramowitz & Stegun 6.3.18). */
const COEFFICIENTS = [1 / 12, -691 / 32760, 1 / 132, -1 / 240, 1 / 252, -1 / 120, 1 / 12] as const;

/**
 * ψ(x) = d log Γ(x) / dx for x ≥ 0; error below 1e-15 · max(1, |ψ(x)|), so the zero at 1.4616 costs relative accuracy.
 * 0 gives -Infinity, Infinity gives Infinity, a negative argument or NaN gives NaN.
 */
export function digamma(x: number): number {
  if (!(x >= 0)) return NaN;
  if (x === 0) return -Infinity;
  let shift = 0;
  let y = x;
  while (y < 10) {
    shift += 1 / y;
    y += 1;
  }
  const inverseSquare = 1 / (y * y);
  return Math.log(y) - 0.5 / y - inverseSquare * polynomial(COEFFICIENTS, inverseSquare) - shift;
}
