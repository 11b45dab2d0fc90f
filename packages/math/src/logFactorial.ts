import { logGamma } from "./logGamma.ts";

/** Counts in data are mostly small: log n! for n < 256 is looked up. */
const TABLE = Float64Array.from({ length: 256 }, (_, n) => logGamma(n + 1));

/** log n! with the accuracy of `logGamma`. Infinity gives Infinity; a negative or fractional n or NaN gives NaN. */
export function logFactorial(n: number): number {
  if (n === Infinity) return Infinity;
  if (!(n >= 0) || !Number.isInteger(n)) return NaN;
  return n < TABLE.length ? TABLE[n] : logGamma(n + 1);
}
