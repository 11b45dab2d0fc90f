import { log1pMinus } from "./log1pMinus.ts";

/**
 * x log(x / mean) + mean - x ≥ 0 for x ≥ 0 and mean > 0: what is left of a Poisson, binomial, gamma or beta log-density
 * when the large terms are cancelled by hand (Loader 2000, "Fast and accurate computation of binomial probabilities",
 * function bd0). Relative error of a few 1e-16 in x / mean - 1. x = 0 gives `mean`.
 */
export function poissonDeviance(x: number, mean: number): number {
  if (x === 0) return mean;
  const excess = (mean - x) / x;
  return excess === Infinity ? mean : -x * log1pMinus(excess);
}
