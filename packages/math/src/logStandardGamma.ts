import type { Rng } from "@poolish/core";
import { standardNormal } from "./standardNormal.ts";

/**
 * The logarithm of one draw from Gamma(shape, 1), for any finite shape above 0. It stays finite where the draw itself
 * underflows (shapes below about 0.01). Marsaglia & Tsang (2000), "A simple method for generating gamma variables",
 * section 2; shapes below 1 by their boost Gamma(a) = Gamma(a + 1) U^(1/a). Takes a random number of uniforms.
 * A shape off its support gives NaN.
 */
export function logStandardGamma(rng: Rng, shape: number): number {
  if (!(shape > 0 && shape < Infinity)) return NaN;
  if (shape < 1) return logStandardGamma(rng, shape + 1) + Math.log(rng.uniform()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = standardNormal(rng);
    const root = 1 + c * z;
    if (root <= 0) continue;
    const logCube = 3 * Math.log1p(c * z);
    if (Math.log(rng.uniform()) < 0.5 * z * z + d * (1 - root * root * root + logCube)) return Math.log(d) + logCube;
  }
}
