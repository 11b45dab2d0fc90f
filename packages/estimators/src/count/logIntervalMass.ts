import { type NormalInterval, normalInterval } from "../normalInterval.ts";
import type { MixtureRow } from "./mixtureRow.ts";

/**
 * The log-mass that a mixture gives to the interval (lower, upper), with its derivatives as `CountMixture.logMass` has
 * them, in logarithms throughout: slower, and right however far out the interval is. -Infinity, with derivatives of
 * zero, where even the logarithm leaves the range of doubles or the interval is empty.
 */
export function logIntervalMass(
  { weight, logWeight, center, inverseDeviation, relativeCenter, scale }: MixtureRow,
  lower: number,
  upper: number,
  partials: Float64Array,
  to: number,
): number {
  const K = weight.length;
  const intervals = Array.from(weight, (_, j): NormalInterval => {
    const interval = { logMass: 0, upperRatio: 0, lowerRatio: 0 };
    normalInterval((lower - center[j]) * inverseDeviation[j], (upper - center[j]) * inverseDeviation[j], interval);
    return interval;
  });
  const joint = intervals.map(({ logMass }, j) => logWeight[j] + logMass);
  const largest = Math.max(...joint);
  if (largest === -Infinity) {
    partials.fill(0, to, to + 3 * K + 2);
    return -Infinity;
  }
  const logTotal = largest + Math.log(joint.reduce((sum, value) => sum + Math.exp(value - largest), 0));
  let locationPartial = 0;
  let logScalePartial = 0;
  intervals.forEach(({ upperRatio, lowerRatio }, j) => {
    const responsibility = Math.exp(joint[j] - logTotal);
    const shift = responsibility * (lowerRatio - upperRatio) * inverseDeviation[j];
    const atUpper = (upper - center[j]) * inverseDeviation[j] * upperRatio;
    const atLower = lower === -Infinity ? 0 : (lower - center[j]) * inverseDeviation[j] * lowerRatio;
    const stretch = responsibility * (atLower - atUpper);
    partials[to + j] = responsibility - weight[j];
    partials[to + K + j] = shift * scale;
    partials[to + 2 * K + j] = stretch;
    locationPartial += shift;
    logScalePartial += stretch + shift * relativeCenter[j];
  });
  partials[to + 3 * K] = locationPartial;
  partials[to + 3 * K + 1] = logScalePartial;
  return logTotal;
}
