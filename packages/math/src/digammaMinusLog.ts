import { digamma } from "./digamma.ts";
import { polynomial } from "./polynomial.ts";

/** B(2k) / 2k for k = 7 … 1 (Abramowitz & Stegun 6.3.18). */
const COEFFICIENTS = [1 / 12, -691 / 32760, 1 / 132, -1 / 240, 1 / 252, -1 / 120, 1 / 12] as const;

/**
 * ψ(x) - log(x), about -1 / (2x), for x ≥ 0: differences between digammas of large arguments keep their digits when they
 * are built from this. 0 gives -Infinity, Infinity gives 0, a negative argument or NaN gives NaN.
 */
export function digammaMinusLog(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x >= 10)) return digamma(x) - Math.log(x);
  const inverseSquare = 1 / (x * x);
  return -0.5 / x - inverseSquare * polynomial(COEFFICIENTS, inverseSquare);
}
