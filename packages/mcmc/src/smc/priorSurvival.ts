import type { Particles } from "./particles.ts";

/** How much of the prior has a positive likelihood. */
export interface PriorSurvival {
  readonly share: number;
  /** Variance of log(share) over repetitions. */
  readonly logVariance: number;
}

/**
 * From the draws that n particles took until each had a positive likelihood: (n - 1) / (draws - 1) is the unbiased
 * estimate of a negative binomial's probability (Haldane 1945), with relative variance (1 - share) / n. Where some slots
 * gave up it is successes over draws. Gives the weights of survivors to `logWeights`: their mean over all slots is `share`.
 */
export function weighSurvivors({ count, logLikelihood, numPriorDraws, logWeights }: Particles): PriorSurvival {
  let numDraws = 0;
  let numSurvivors = 0;
  for (let i = 0; i < count; i++) {
    numDraws += numPriorDraws[i];
    numSurvivors += Number(logLikelihood[i] > -Infinity);
  }
  const share = numSurvivors === count ? (count - 1) / (numDraws - 1) : numSurvivors / numDraws;
  const logWeight = Math.log((share * count) / numSurvivors);
  for (let i = 0; i < count; i++) logWeights[i] = logLikelihood[i] > -Infinity ? logWeight : -Infinity;
  return { share, logVariance: (1 - share) / numSurvivors };
}
