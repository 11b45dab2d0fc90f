import type { Rng } from "@poolish/core";
import { logFactorial } from "./logFactorial.ts";

/** One uniform, searched upwards from 0. Mass beyond the resolution of the sum (about 1e-16) goes to the last count. */
function byInversion(rng: Rng, rate: number): number {
  const u = rng.uniform();
  let mass = Math.exp(-rate);
  let cumulative = mass;
  let count = 0;
  while (u > cumulative) {
    mass *= rate / (count + 1);
    if (cumulative + mass === cumulative) break;
    cumulative += mass;
    count++;
  }
  return count;
}

/**
 * Transformed rejection with squeeze for rates of at least 10: algorithm PTRS of Hörmann (1993), "The transformed
 * rejection method for generating Poisson random variables", Insurance: Mathematics and Economics 12; constants from
 * there.
 */
function byTransformedRejection(rng: Rng, rate: number): number {
  const logRate = Math.log(rate);
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const logInverseAlpha = Math.log(1.1239 + 1.1328 / (b - 3.4));
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = rng.uniform() - 0.5;
    const v = rng.uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= vr) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const logProposal = Math.log(v) + logInverseAlpha - Math.log(a / (us * us) + b);
    if (logProposal <= count * logRate - rate - logFactorial(count)) return count;
  }
}

/**
 * One draw from Poisson(rate), exact for every rate up to 2^52. Takes one uniform below rate 10, a random number
 * above. Rate 0 gives 0; a negative, larger or infinite rate or NaN gives NaN.
 */
export function poissonVariate(rng: Rng, rate: number): number {
  if (!(rate >= 0 && rate <= 2 ** 52)) return NaN;
  return rate < 10 ? byInversion(rng, rate) : byTransformedRejection(rng, rate);
}
