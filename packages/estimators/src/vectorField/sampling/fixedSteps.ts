import type { Slope } from "./dormandPrince.ts";

/**
 * Follows du/dangle from the angle `last` (noise) to `first` (data) in `numSteps` steps of the third-order method of Ralston (1962):
 * three evaluations each. Steps lie evenly in the root of the angle, so that they shorten towards the data. Overwrites u.
 */
export function fixedSteps(slope: Slope, first: number, last: number, u: Float64Array, numSteps: number): void {
  const angleAt = (tau: number): number => first + (last - first) * tau * tau;
  const [start, half, late] = [0, 1, 2].map(() => new Float64Array(u.length));
  const between = new Float64Array(u.length);
  for (let k = numSteps; k > 0; k--) {
    const angle = angleAt(k / numSteps);
    const step = angleAt((k - 1) / numSteps) - angle;
    slope(angle, u, start);
    for (let i = 0; i < u.length; i++) between[i] = u[i] + (step / 2) * start[i];
    slope(angle + step / 2, between, half);
    for (let i = 0; i < u.length; i++) between[i] = u[i] + ((3 * step) / 4) * half[i];
    slope(angle + (3 * step) / 4, between, late);
    for (let i = 0; i < u.length; i++) u[i] += (step * (2 * start[i] + 3 * half[i] + 4 * late[i])) / 9;
  }
}
