import { polynomial } from "./polynomial.ts";

/** B(2k) / (2k (2k - 1)) for k = 7 … 1, B being the Bernoulli numbers. */
const COEFFICIENTS = [1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12] as const;

/**
 * log Γ(x) - [(x - 1/2) log x - x + log(2π)/2] for x ≥ 10 (Abramowitz & Stegun 6.1.41); absolute error below 1e-16.
 * The difference between log-gammas of large arguments keeps its digits when it is built from this.
 */
export function stirlingCorrection(x: number): number {
  return polynomial(COEFFICIENTS, 1 / (x * x)) / x;
}
