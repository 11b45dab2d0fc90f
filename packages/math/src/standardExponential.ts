import type { Rng } from "@poolish/core";

/** One draw from Exponential(1) by inversion: exactly one uniform per variate, always above 0. */
export function standardExponential(rng: Rng): number {
  return -Math.log(rng.uniform());
}
