import type { Rng } from "@poolish/core";
import { logStandardGamma } from "./logStandardGamma.ts";

/**
 * One draw from Gamma(shape, 1), mean `shape`; see `logStandardGamma`. Small shapes may underflow to 0. A shape off
 * (0, ∞) gives NaN.
 */
export function standardGamma(rng: Rng, shape: number): number {
  return Math.exp(logStandardGamma(rng, shape));
}
