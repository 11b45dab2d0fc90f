import { logBeta } from "@poolish/math";

/** Below this the bracket of a probability in (0, 1) cannot shrink any further in double precision. */
const MAX_BISECTIONS = 60;
const MAX_TERMS = 10_000;
/** Keeps Lentz's quotients off zero, as in Press et al., "Numerical recipes", §6.4. */
const TINY = 1e-300;

/** The x with I_x(a, b) = probability, for a, b ≥ 1, by bisection; absolute error 1e-15. */
export function betaQuantile(probability: number, a: number, b: number): number {
  let lower = 0;
  let upper = 1;
  for (let i = 0; i < MAX_BISECTIONS; i++) {
    const middle = (lower + upper) / 2;
    if (regularizedBeta(middle, a, b) < probability) lower = middle;
    else upper = middle;
  }
  return (lower + upper) / 2;
}

/** I_x(a, b), by the continued fraction on the side of the mean where it converges fast (DLMF 8.17.22). */
function regularizedBeta(x: number, a: number, b: number): number {
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
  const logFactor = a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b);
  return Math.exp(logFactor) / (a * continuedFraction(x, a, b));
}

/** 1 + d1 / (1 + d2 / (1 + …)) with the d of DLMF 8.17.23, by the modified Lentz algorithm. */
function continuedFraction(x: number, a: number, b: number): number {
  let value = 1;
  let numerator = 1;
  let denominator = 0;
  for (let term = 1; term <= MAX_TERMS; term++) {
    const m = term >> 1;
    const d =
      term % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    denominator = 1 / (1 + d * denominator || TINY);
    numerator = 1 + d / numerator || TINY;
    const ratio = numerator * denominator;
    value *= ratio;
    if (Math.abs(ratio - 1) < 1e-15) break;
  }
  return value;
}
