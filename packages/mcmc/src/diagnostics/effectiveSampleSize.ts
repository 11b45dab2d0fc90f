import { isDegenerate } from "./isDegenerate.ts";
import { lazyAutocovariance } from "./lazyAutocovariance.ts";
import { mean, variance } from "./moments.ts";
import { quantileOfSorted, sortedDraws } from "./quantile.ts";
import { rankNormalize } from "./rankNormalize.ts";
import { splitChains } from "./splitChains.ts";

/** ESS of the rank-normalised draws: how well the centre is known (Vehtari et al. 2021, arXiv:1903.08008, §4.3). */
export function bulkEffectiveSampleSize(chains: readonly Float64Array[]): number {
  if (isDegenerate(chains)) return NaN;
  return effectiveSampleSizeOfHalves(rankNormalize(splitChains(chains)).scores);
}

/** The smaller ESS of the 5 % and the 95 % quantile (same paper, §4.3). */
export function tailEffectiveSampleSize(chains: readonly Float64Array[]): number {
  return isDegenerate(chains) ? NaN : tailOfSorted(chains, sortedDraws(chains));
}

/** The same for chains that are not degenerate; `sorted` are all their draws, ascending. */
export function tailOfSorted(chains: readonly Float64Array[], sorted: Float64Array): number {
  return Math.min(indicatorSize(chains, sorted, 0.05), indicatorSize(chains, sorted, 0.95));
}

/** ESS of the indicator {draw ≤ quantile}: for the error of the `probability` quantile. */
export function quantileEffectiveSampleSize(chains: readonly Float64Array[], probability: number): number {
  return isDegenerate(chains) ? NaN : indicatorSize(chains, sortedDraws(chains), probability);
}

function indicatorSize(chains: readonly Float64Array[], sorted: Float64Array, probability: number): number {
  const quantile = quantileOfSorted(sorted, probability);
  const indicators = chains.map((chain) => chain.map((draw) => (draw <= quantile ? 1 : 0)));
  return effectiveSampleSizeOfHalves(splitChains(indicators));
}

/** ESS of the draws as they are: for the Monte Carlo error of the mean. Needs a finite variance. */
export function meanEffectiveSampleSize(chains: readonly Float64Array[]): number {
  return isDegenerate(chains) ? NaN : effectiveSampleSizeOfHalves(splitChains(chains));
}

/**
 * ESS of chains that are split already, by the autocorrelations of all of them, summed up to Geyer's initial monotone sequence (same paper, §3.2,
 * with the half-pair and the bound log10 of Stan and ArviZ). An indicator that never changes counts in full.
 */
export function effectiveSampleSizeOfHalves(chains: readonly Float64Array[]): number {
  const length = chains[0].length;
  const total = chains.length * length;
  const autocovariance = lazyAutocovariance(chains);
  const covariance0 = autocovariance(0);
  const within = (covariance0 * length) / (length - 1);
  const between = chains.length > 1 ? variance([Float64Array.from(chains, (chain) => mean([chain]))]) : 0;
  const pooled = covariance0 + between;
  if (pooled === 0) return total;
  const correlation = (lag: number) => (lag === 0 ? 1 : 1 - (within - autocovariance(lag)) / pooled);
  const time = autocorrelationTime(correlation, length);
  return total / Math.max(time, 1 / Math.log10(total));
}

/**
 * -1 + 2 Σ (ρ(lag) + ρ(lag + 1)) over the pairs at even lags while positive, made monotone (Geyer 1992, §3.3), plus the
 * first ρ after them if positive. A sum that has not ended by the last pair ends there.
 */
function autocorrelationTime(correlation: (lag: number) => number, length: number): number {
  let sum = 0;
  let smallestPair = Infinity;
  let lag = 0;
  for (; lag + 4 < length; lag += 2) {
    const pair = correlation(lag) + correlation(lag + 1);
    if (!(pair > 0)) break;
    smallestPair = Math.min(smallestPair, pair);
    sum += smallestPair;
  }
  return -1 + 2 * sum + Math.max(0, correlation(lag));
}
