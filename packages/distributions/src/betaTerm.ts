import { digamma, digammaMinusLog, logBeta, logBinomialMass } from "@poolish/math";

/** From here on the terms of the plain formula are so large that their difference loses digits. */
export const LARGE = 128;

/**
 * log[x^a y^b / B(a, b)] for y = 1 - x, the density of logit(x) for x ~ Beta(a, b). x and y are given by their logarithms,
 * which keep the digits of both where one of them underflows.
 */
export function logBetaTerm(a: number, b: number, logX: number, logY: number): number {
  if (a < LARGE || b < LARGE) return a * logX + b * logY - logBeta(a, b);
  const x = Math.exp(logX);
  const y = Math.exp(logY);
  if (x === 0 || y === 0) return -Infinity;
  return logBinomialMass(a, b, x, y) + Math.log((a / (a + b)) * b);
}

/** Its derivative with respect to a: log x + ψ(a + b) - ψ(a). Exchange the arguments for that with respect to b. */
export function betaTermSlope(a: number, b: number, logX: number): number {
  if (a < LARGE || b < LARGE) return logX + digamma(a + b) - digamma(a);
  return logX + Math.log((a + b) / a) + digammaMinusLog(a + b) - digammaMinusLog(a);
}
