import type { Slope } from "./dormandPrince.ts";

/**
 * Follows du/dangle from the angle `last` (noise) to `first` (data) in `numSteps` steps of the midpoint rule: two evaluations each.
 * Steps lie evenly in the root of the angle, so that they shorten towards the data. Overwrites u.
 */
export function fixedSteps(slope: Slope, first: number, last: number, u: Float64Array, numSteps: number): void {
  const angleAt = (tau: number): number => first + (last - first) * tau * tau;
  const turn = new Float64Array(u.length);
  const middle = new Float64Array(u.length);
  for (let k = numSteps; k > 0; k--) {
    const [from, half, to] = [k, k - 0.5, k - 1].map((step) => angleAt(step / numSteps));
    slope(from, u, turn);
    for (let i = 0; i < u.length; i++) middle[i] = u[i] + (half - from) * turn[i];
    slope(half, middle, turn);
    for (let i = 0; i < u.length; i++) u[i] += (to - from) * turn[i];
  }
}
