import { poissonDeviance } from "./poissonDeviance.ts";
import { stirlingError } from "./stirlingError.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;

/**
 * log[mean^x exp(-mean) / Γ(x + 1)] for x > 0 and mean > 0, fractions included: the Poisson mass by the saddle point
 * expansion of Loader (2000), which keeps its digits where x and the mean are huge. Plus log(x / mean) it is the
 * density of Gamma(x, 1) at `mean`.
 */
export function logPoissonMass(x: number, mean: number): number {
  return -stirlingError(x) - poissonDeviance(x, mean) - HALF_LOG_TWO_PI - 0.5 * Math.log(x);
}
