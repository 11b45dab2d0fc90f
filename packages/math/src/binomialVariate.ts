import type { Rng } from "@poolish/core";
import { logBeta } from "./logBeta.ts";

/** log of the binomial coefficient, without the cancellation of three log-factorials. */
function logChoose(trials: number, successes: number): number {
  return -Math.log1p(trials) - logBeta(trials - successes + 1, successes + 1);
}

/** One uniform, searched upwards from 0; for probability ≤ 1/2 and a mean below 10. */
function byInversion(rng: Rng, trials: number, probability: number): number {
  const odds = probability / (1 - probability);
  const u = rng.uniform();
  let mass = Math.exp(trials * Math.log1p(-probability));
  let cumulative = mass;
  let count = 0;
  while (u > cumulative && count < trials) {
    mass *= (odds * (trials - count)) / (count + 1);
    if (cumulative + mass === cumulative) break;
    cumulative += mass;
    count++;
  }
  return count;
}

/**
 * Transformed rejection with squeeze for probability ≤ 1/2 and a mean of at least 10: algorithm BTRS of Hörmann
 * (1993), "The generation of binomial random variates", Journal of Statistical Computation and Simulation 46;
 * constants from there.
 */
function byTransformedRejection(rng: Rng, trials: number, probability: number): number {
  const spread = Math.sqrt(trials * probability * (1 - probability));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const center = trials * probability + 0.5;
  const alpha = (2.83 + 5.1 / b) * spread;
  const vr = 0.92 - 4.2 / b;
  const logOdds = Math.log(probability / (1 - probability));
  const mode = Math.floor((trials + 1) * probability);
  const logChooseMode = logChoose(trials, mode);
  for (;;) {
    const u = rng.uniform() - 0.5;
    const v = rng.uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + center);
    if (count < 0 || count > trials) continue;
    if (us >= 0.07 && v <= vr) return count;
    const logProposal = Math.log((v * alpha) / (a / (us * us) + b));
    if (logProposal <= logChoose(trials, count) - logChooseMode + (count - mode) * logOdds) return count;
  }
}

/**
 * One draw from Binomial(trials, probability), exact for up to 2^52 trials. Takes one uniform where
 * trials · min(probability, 1 - probability) is below 10, a random number above. Fractional or negative trials, a
 * probability outside [0, 1] or NaN give NaN.
 */
export function binomialVariate(rng: Rng, trials: number, probability: number): number {
  if (!(Number.isInteger(trials) && trials >= 0 && trials <= 2 ** 52)) return NaN;
  if (!(probability >= 0 && probability <= 1)) return NaN;
  if (probability > 0.5) return trials - binomialVariate(rng, trials, 1 - probability);
  if (trials * probability < 10) return byInversion(rng, trials, probability);
  return byTransformedRejection(rng, trials, probability);
}
