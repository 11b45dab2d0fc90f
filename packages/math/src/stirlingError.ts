import { logGamma } from "./logGamma.ts";
import { stirlingCorrection } from "./stirlingCorrection.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;

/** log Γ(x) - [(x - 1/2) log x - x + log(2π)/2] for any x > 0: `stirlingCorrection`, also for small x. */
export function stirlingError(x: number): number {
  return x >= 10 ? stirlingCorrection(x) : logGamma(x) - (x - 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI;
}
