import { scaledErfc } from "./scaledErfc.ts";
import { standardNormalCdf } from "./standardNormalCdf.ts";

/**
 * log Φ(z), relative error below 5e-15 in both tails and without underflow down to z = -1e154. -Infinity gives -Infinity,
 * Infinity gives 0, NaN gives NaN.
 */
export function standardNormalLogCdf(z: number): number {
  if (z > -1) return Math.log1p(-standardNormalCdf(-z));
  return Math.log(0.5 * scaledErfc(-z * Math.SQRT1_2)) - 0.5 * z * z;
}
