import { PoolishError } from "@poolish/core";
import { logSumExp } from "@poolish/math";
import { fitGeneralizedPareto, generalizedParetoQuantile } from "./generalizedPareto.ts";

export interface PsisOptions {
  /** Effective draws a draw, for weights of correlated draws; 1 for independent ones. Above 0. */
  readonly rEff?: number;
}

export interface PsisResult {
  /** Smoothed log weights in the order of the input, whose exponentials add up to 1. */
  readonly logWeights: Float64Array;
  /**
   * Shape of the tail of the weights. Up to 0.7 the estimates of 1,000 draws and more are usable, above 1 the weights have
   * no mean. -Infinity when all weights are equal, Infinity when there are too few to tell (§3 of the paper).
   */
  readonly kHat: number;
}

/** The k-hat above which importance sampling is not to be trusted (Vehtari et al. 2024, §3.2.4). */
export const LARGEST_K_HAT = 0.7;

/** The tail is the largest fifth, or 3 √S weights if those are fewer (§3.2.3). */
const TAIL_SHARE = 0.2;
const TAIL_FACTOR = 3;
/** With fewer weights in the tail no distribution is fitted to it. */
const SMALLEST_TAIL = 5;
/** The logarithm of the smallest normal double: weights below this share of the largest are never part of the tail. */
const LOG_SMALLEST = Math.log(2 ** -1022);

/**
 * Pareto-smoothed importance sampling (Vehtari, Simpson, Gelman, Yao & Gabry 2024, JMLR 25(72), algorithm 1): replaces the
 * largest weights by quantiles of a generalised Pareto distribution that is fitted to them, capped at the largest raw
 * weight. `logWeights`, which is not written to, may lack a common constant; -Infinity is a weight of 0. When all are 0
 * they stay so, with k-hat Infinity.
 * @throws PoolishError for no weights, for a NaN or infinite weight (with its row), and for `rEff` out of range.
 */
export function psis(logWeights: Float64Array, { rEff = 1 }: PsisOptions = {}): PsisResult {
  requireWeights(logWeights, rEff);
  const largest = logWeights.reduce((a, b) => Math.max(a, b), -Infinity);
  if (largest === -Infinity) return { logWeights: logWeights.slice(), kHat: Infinity };
  const shifted = logWeights.map((logWeight) => logWeight - largest);
  const kHat = smoothTail(shifted, rEff);
  const total = logSumExp(shifted);
  return { logWeights: shifted.map((logWeight) => logWeight - total), kHat };
}

/** Smooths the tail of `logWeights`, whose largest is 0, in place; returns k-hat. */
function smoothTail(logWeights: Float64Array, rEff: number): number {
  const { length } = logWeights;
  // Numbers sort several times as fast as indices, of which only those of the tail are needed in order.
  const sorted = logWeights.slice().sort();
  if (length < SMALLEST_TAIL) return Infinity;
  if (sorted[0] === 0) return -Infinity;
  const tailLength = Math.ceil(Math.min(TAIL_SHARE * length, TAIL_FACTOR * Math.sqrt(length / rEff)));
  const cutoff = Math.max(sorted[length - tailLength - 1], LOG_SMALLEST);
  const tail: number[] = [];
  for (let i = 0; i < length; i++) if (logWeights[i] > cutoff) tail.push(i);
  tail.sort((i, j) => logWeights[i] - logWeights[j]);
  if (tail.length < SMALLEST_TAIL) return Infinity;
  const base = Math.exp(cutoff);
  const fitted = fitGeneralizedPareto(Float64Array.from(tail, (i) => Math.exp(logWeights[i]) - base));
  if (!Number.isFinite(fitted.shape)) return Infinity;
  tail.forEach((i, rank) => {
    const quantile = generalizedParetoQuantile(fitted, (rank + 0.5) / tail.length);
    logWeights[i] = Math.min(0, Math.log(base + quantile));
  });
  return fitted.shape;
}

function requireWeights(logWeights: Float64Array, rEff: number): void {
  if (!(rEff > 0 && rEff < Infinity)) {
    const remedy = "Pass effective draws over draws, or leave it out.";
    throw new PoolishError(`expected a number above 0, got ${rEff}`, { kind: "input", field: "rEff", remedy });
  }
  const row = logWeights.findIndex((logWeight) => Number.isNaN(logWeight) || logWeight === Infinity);
  if (row < 0 && logWeights.length > 0) return;
  const message = row < 0 ? "there are no weights" : `a log weight is ${logWeights[row]}`;
  const remedy = row < 0 ? "Pass one for each draw." : "Leave out draws where a log-density could not be computed.";
  throw new PoolishError(message, { kind: "input", field: "logWeights", ...(row < 0 ? {} : { row }), remedy });
}
