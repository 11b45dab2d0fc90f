import type { Particles } from "./particles.ts";

/** Growth in the last sweep below which a coordinate counts as settled. */
const SMALLEST_GROWTH = 0.1;

/** Overwrites `mean` with the mean absolute distance of the weighted particles from `start`, for each coordinate. */
export function meanDisplacement(
  { count, dim, positions }: Particles,
  start: Float64Array,
  weights: Float64Array,
  mean: Float64Array,
): void {
  mean.fill(0);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < dim; j++) mean[j] += weights[i] * Math.abs(positions[i * dim + j] - start[i * dim + j]);
  }
}

/**
 * True when no coordinate's mean displacement grew by 10 % or more in the last sweep. It grows until particles have
 * forgotten where in their mode they began: an autoregression with correlation ρ a sweep stops at a correlation with its
 * start of .13 for ρ = .5 and .59 for ρ = .9, which the next temperatures carry on. The correlation itself would never
 * fall where modes are far apart.
 */
export function hasSettled(previous: Float64Array, mean: Float64Array): boolean {
  for (let j = 0; j < mean.length; j++) if (!(mean[j] < (1 + SMALLEST_GROWTH) * previous[j])) return false;
  return true;
}
