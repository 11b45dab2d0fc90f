import { betaQuantile } from "./betaQuantile.ts";
import { meanEffectiveSampleSize, quantileEffectiveSampleSize } from "./effectiveSampleSize.ts";
import { isDegenerate } from "./isDegenerate.ts";
import { mean, variance } from "./moments.ts";
import { sortedDraws } from "./quantile.ts";

/** Φ(-1): the quantile's error is half the width of the interval that one standard error on both sides would cover. */
const ONE_SIGMA = 0.1586553;

/** Monte Carlo standard error of the mean, sd / √ESS. NaN as `isDegenerate` says. */
export function meanMonteCarloError(chains: readonly Float64Array[]): number {
  return Math.sqrt(variance(chains) / meanEffectiveSampleSize(chains));
}

/** Monte Carlo standard error of the standard deviation, by the delta method on the mean of squared deviations. */
export function standardDeviationMonteCarloError(chains: readonly Float64Array[]): number {
  const center = mean(chains);
  const squares = chains.map((chain) => chain.map((draw) => (draw - center) ** 2));
  const meanSquare = mean(squares);
  const variance = mean(squares.map((chain) => chain.map((square) => square ** 2))) - meanSquare ** 2;
  return Math.sqrt(variance / meanEffectiveSampleSize(squares) / meanSquare) / 2;
}

/**
 * Monte Carlo standard error of the `probability` quantile: half the distance of the order statistics at the ±1 sigma
 * quantiles of Beta(ESS·p + 1, ESS·(1 - p) + 1) (Vehtari et al. 2021, arXiv:1903.08008, §4.4; indices as in ArviZ).
 */
export function quantileMonteCarloError(chains: readonly Float64Array[], probability: number): number {
  if (isDegenerate(chains)) return NaN;
  const sorted = sortedDraws(chains);
  const last = sorted.length - 1;
  const size = quantileEffectiveSampleSize(chains, probability);
  const place = (tail: number) =>
    betaQuantile(tail, size * probability + 1, size * (1 - probability) + 1) * sorted.length - 1;
  const below = Math.max(0, Math.floor(place(ONE_SIGMA)));
  const above = Math.min(last, Math.ceil(place(1 - ONE_SIGMA)));
  return (sorted[above] - sorted[below]) / 2;
}
