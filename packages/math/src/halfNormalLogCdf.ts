import { standardNormalCdf } from "./standardNormalCdf.ts";

/** log √(2/π) */
const LOG_DENSITY_AT_ZERO = -0.22579135264472744;

/**
 * log P(|Z| ≤ z) = log erf(z / √2) for z ≥ 0 and Z standard normal, relative error below 1e-14, also where it goes to
 * -Infinity with z (Abramowitz & Stegun 7.1.6). A negative argument or NaN gives NaN.
 */
export function halfNormalLogCdf(z: number): number {
  if (!(z >= 0)) return Number.NaN;
  if (z > 1) return Math.log1p(-2 * standardNormalCdf(-z));
  let term = 1;
  let sum = 1;
  for (let k = 3; term > 1e-17 * sum; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return LOG_DENSITY_AT_ZERO - 0.5 * z * z + Math.log(z * sum);
}
