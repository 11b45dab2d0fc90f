import { type AmortizedPosterior, type OnProgress, rngFromSeed } from "@poolish/core";
import { learnedPrior, logNormal, type Model, model, normal } from "@poolish/ppl";
import { npe, type Simulator, simulate, train } from "@poolish/sbi";

/** Loaves that are weighed in a month. */
const LOAVES = 20;
const PRIOR = { mu: normal(800, 40), sigma: logNormal(Math.log(15), 0.5) };

/** A month of loaves, summed up as a colleague writes it down: mean weight, and the logarithm of the standard deviation. */
export const loaves: Simulator = {
  name: "loaves",
  parameters: ["mu", "sigma"],
  columns: [
    { name: "mean", kind: "continuous" },
    { name: "logSd", kind: "continuous" },
  ],
  simulate(rng, [mu, sigma], out) {
    out.set(summarise(Array.from({ length: LOAVES }, () => normal(mu, sigma).sample(rng))));
  },
};

export function summarise(weights: readonly number[]): [mean: number, logSd: number] {
  const mean = weights.reduce((sum, weight) => sum + weight / weights.length, 0);
  const variance = weights.reduce((sum, weight) => sum + (weight - mean) ** 2 / (weights.length - 1), 0);
  return [mean, 0.5 * Math.log(variance)];
}

/** p(mu, sigma | mean, logSd), learned once for every month that may come. */
export async function learnLoaves(seed: number, onProgress?: OnProgress): Promise<AmortizedPosterior> {
  const watch = onProgress === undefined ? {} : { onProgress };
  const simulations = await simulate({ simulator: loaves, prior: PRIOR, count: 20_000, seed, ...watch });
  return train(npe(), simulations, { seed, onNotice: () => {}, ...watch });
}

/** Weights of two months of loaves. */
export function bakeLoaves(seed: number): readonly [readonly number[], readonly number[]] {
  const rng = rngFromSeed(seed);
  const [mu, sigma] = [PRIOR.mu.sample(rng), PRIOR.sigma.sample(rng)];
  const month = () => Array.from({ length: LOAVES }, () => normal(mu, sigma).sample(rng));
  return [month(), month()];
}

/** All loaves at once, from the beginning. */
export const allLoaves: Model<{ readonly weights: readonly number[] }> = model(
  "loaves",
  ({ sample, observe }, data) => {
    const mu = sample("mu", PRIOR.mu);
    const sigma = sample("sigma", PRIOR.sigma);
    observe("weight", normal(mu, sigma), data.weights);
  },
);

export interface LoafData {
  readonly lastMonth: readonly number[];
  readonly weights: readonly number[];
}

/** This month's loaves, after the posterior estimator has looked at last month's summary. */
export function thisMonth(posterior: AmortizedPosterior): Model<LoafData> {
  return model("loaves, this month", ({ sample, observe }, { lastMonth, weights }) => {
    const { mu, sigma } = sample("last month", learnedPrior(posterior, { x: lastMonth }));
    observe("weight", normal(mu, sigma), weights);
  });
}
