import { poissonDeviance } from "./poissonDeviance.ts";
import { stirlingError } from "./stirlingError.ts";

const LOG_TWO_PI = 1.8378770664093453;

/**
 * log[Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)) p^a q^b] for a, b > 0 and p + q = 1: the binomial mass of `a` successes and `b`
 * failures, also for fractions of them, by the saddle point expansion of Loader (2000), "Fast and accurate computation
 * of binomial probabilities". Nothing cancels, however large a and b are.
 */
export function logBinomialMass(a: number, b: number, p: number, q: number): number {
  const n = a + b;
  const correction = stirlingError(n) - stirlingError(a) - stirlingError(b);
  const deviance = poissonDeviance(a, n * p) + poissonDeviance(b, n * q);
  return correction - deviance - 0.5 * (LOG_TWO_PI + Math.log(a) + Math.log(b / n));
}
