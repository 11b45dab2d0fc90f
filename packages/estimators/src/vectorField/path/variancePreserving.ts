import type { NoisePath } from "./noisePath.ts";

/** Rate of noise at the ends, rising linearly between (Song et al. 2021, appendix C). */
const FIRST = 0.1;
const LAST = 20;

/** exp(−∫β/2) of the variance-preserving equation: what is left of the data at time t. */
export function shrinkage(t: number): number {
  return Math.exp(-0.25 * t * t * (LAST - FIRST) - 0.5 * t * FIRST);
}

/** The derivative of `shrinkage`. */
export function shrinkageRate(t: number): number {
  return -0.5 * (FIRST + t * (LAST - FIRST)) * shrinkage(t);
}

/** mean² + scale² = 1 throughout (Ho, Jain & Abbeel 2020; Song et al. 2021, eq. 11). */
export const variancePreserving: NoisePath = {
  times: [1e-5, 1],
  mean: shrinkage,
  scale: (t) => Math.sqrt(-Math.expm1(2 * Math.log(shrinkage(t)))),
  meanRate: shrinkageRate,
  scaleRate: (t) => (-shrinkage(t) * shrinkageRate(t)) / Math.sqrt(-Math.expm1(2 * Math.log(shrinkage(t)))),
};
