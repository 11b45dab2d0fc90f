import { besselRatioComplement, logScaledBesselI0 } from "@poolish/math";
import type { QuadratureDensity } from "./quadratureCumulative.ts";

const LOG_TWO_PI = 1.8378770664093453;

/** The same angle inside (-π, π); the seam itself goes to the double below π. */
export function wrapAngle(angle: number): number {
  const turned = angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
  const largest = Math.PI * (1 - Number.EPSILON);
  return Math.min(Math.max(turned, -largest), largest);
}

/** A von Mises density on its interval, with t = x: it turns at the location and opposite to it. */
export function circleDensity(location: number, concentration: number): QuadratureDensity {
  const constant = -LOG_TWO_PI - logScaledBesselI0(concentration);
  const missing = besselRatioComplement(concentration);
  const mode = wrapAngle(location);
  return {
    logDensity(t, scores) {
      const fall = 2 * Math.sin(0.5 * (t - location)) ** 2;
      scores[0] = concentration * Math.sin(t - location);
      scores[1] = missing - fall;
      return constant - concentration * fall;
    },
    lowest: -Math.PI,
    highest: Math.PI,
    mode,
    turns: [mode, wrapAngle(location + Math.PI)].sort((a, b) => a - b),
    toT: (x) => Math.min(Math.max(x, -Math.PI), Math.PI),
    lengthBetween: (lower, upper) => Math.min(upper, Math.PI) - Math.max(lower, -Math.PI),
    logSlope: () => 0,
  };
}
