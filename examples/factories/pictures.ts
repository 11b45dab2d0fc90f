import { type Fit, posteriorPredictive } from "@poolish/inference";
import { quantileOfSorted } from "@poolish/mcmc";
import { poisson } from "@poolish/ppl";
import { lossPlot, massComparisonPlot, poolingPlot, predictiveCountsPlot, tracePlots } from "@poolish/report";
import type { Estimator } from "@poolish/sbi";
import type { CookieData } from "./factories.ts";

/** The three analyses of the same cookies. */
export interface Analyses {
  readonly hierarchical: Fit;
  readonly separate: Fit;
  readonly pooled: Fit;
}

const X_LABEL = "chips per cookie";

function interval(fit: Fit, name: string) {
  const found = fit.summary().find((row) => row.name === name);
  if (found === undefined) throw new Error(`no summary of ${name}`);
  return { mean: found.mean, lower: found.q5, upper: found.q95 };
}

/** How each factory is pulled to the whole. */
export function poolingPicture(
  { hierarchical, separate, pooled }: Analyses,
  data: CookieData,
  locations: readonly string[],
): string {
  return poolingPlot({
    groups: locations.map((location, code) => ({
      label: `factory ${location}`,
      count: countOf(data, code),
      alone: interval(separate, `rate[${location}]`),
      hierarchical: interval(hierarchical, `rate[${location}]`),
    })),
    pooled: interval(pooled, "rate"),
    grandMean: interval(hierarchical, "mu").mean,
    xLabel: `rate: mean ${X_LABEL}`,
    title: "Factories borrow strength from each other",
    subtitle: "Factory 5 baked only five cookies: alone it is uncertain, in the hierarchy it moves to the others",
    intervalLabel: "90 % posterior intervals",
  });
}

function countOf({ location }: CookieData, code: number): number {
  return Array.from(location).filter((value) => value === code).length;
}

/** Learned against exact probability mass. */
export function massPicture(chips: Estimator, rates: readonly number[]): string {
  return massComparisonPlot({
    panels: rates.map((rate) => {
      const largest = Math.ceil(rate + 4 * Math.sqrt(rate) + 1);
      const counts = Array.from({ length: largest + 1 }, (_, k) => k);
      return {
        label: `rate ${rate}`,
        counts,
        learned: Array.from(chips.logProb(counts, rate), Math.exp),
        exact: counts.map((k) => Math.exp(poisson(rate).logProb(k))),
      };
    }),
    xLabel: X_LABEL,
    title: "The learned density agrees with the simulator's",
    subtitle: "The network has seen 50,000 simulated cookies and no formula",
  });
}

/** Observed counts against counts predicted by the fit. */
export function predictivePicture(fit: Fit, data: CookieData, locations: readonly string[], seed: number): string {
  const { count, numTrials, values } = posteriorPredictive(fit, { site: "chips", count: 1000, seed });
  const largest = Math.max(...Array.from(data.chips)) + 3;
  const counts = Array.from({ length: largest + 1 }, (_, k) => k);
  return predictiveCountsPlot({
    groups: locations.map((location, code) => {
      const trials = Array.from({ length: numTrials }, (_, i) => i).filter((i) => data.location[i] === code);
      const tally = (draw: number, k: number) => trials.filter((i) => values[draw * numTrials + i] === k).length;
      return {
        label: `factory ${location}`,
        counts,
        observed: counts.map((k) => trials.filter((i) => data.chips[i] === k).length),
        predicted: counts.map((k) => {
          const tallies = Float64Array.from({ length: count }, (_, draw) => tally(draw, k)).sort();
          const mean = tallies.reduce((sum, value) => sum + value, 0) / count;
          return { mean, lower: quantileOfSorted(tallies, 0.05), upper: quantileOfSorted(tallies, 0.95) };
        }),
      };
    }),
    xLabel: X_LABEL,
    yLabel: "cookies",
    title: "New cookies drawn from the fit look like the cookies that were counted",
    intervalLabel: "90 % posterior predictive intervals",
  });
}

export function tracePicture(fit: Fit): string {
  const { sample_stats: statistics } = fit.toInferenceData();
  const { numChains, numDraws } = fit;
  const divergences = Array.from({ length: numChains }, (_, chain) =>
    statistics.diverging.values.subarray(chain * numDraws, (chain + 1) * numDraws),
  );
  return tracePlots({
    parameters: fit.summary().map(({ name }) => ({ name, chains: fit.draws(name), divergences })),
    title: "Four chains agree",
  });
}

export function lossPicture({ spec: { provenance } }: Estimator): string {
  return lossPlot({
    epochs: provenance.histories[0],
    bestEpoch: Math.max(0, provenance.keptEpochs[0] - 1),
    yLabel: "negative log-likelihood (nats a cookie)",
    title: "Training settles on the held-out simulations",
  });
}
