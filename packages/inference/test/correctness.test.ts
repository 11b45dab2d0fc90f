import { type Fit, infer } from "@poolish/inference";
import { standardDeviationMonteCarloError } from "@poolish/mcmc";
import { beta, binomial, gamma, model, normal, poisson } from "@poolish/ppl";
import { cookieFactoriesPosterior, expectMeanWithin, type Moments } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { type CookieData, cookieModel, locations } from "./fixtures/cookies.ts";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

/** Mean and sd of each named scalar against the exact ones: k standard errors by ESS, Bonferroni over all of them. */
function expectPosterior(fit: Fit, exact: Readonly<Record<string, Moments>>): void {
  const numComparisons = 2 * Object.keys(exact).length;
  for (const [name, { mean, sd }] of Object.entries(exact)) {
    const line = fit.summary().find((summary) => summary.name === name);
    if (line === undefined) throw new Error(`no summary of ${name}`);
    expect(line.rHat).toBeLessThan(1.01);
    expectMeanWithin({ name, estimate: line.mean, standardError: line.mcse, expected: mean, numComparisons });
    const standardError = standardDeviationMonteCarloError(fit.draws(name));
    expectMeanWithin({ name: `sd of ${name}`, estimate: line.sd, standardError, expected: sd, numComparisons });
  }
}

const options = { seed: 1, workers: 1, draws: 2000 };

describe("infer recovers the closed form of", () => {
  test("a normal mean under a normal prior", async () => {
    const y = [2.1, -0.4, 3.3, 1.7, 0.9];
    const normalNormal = model("normal–normal", ({ sample, observe }) => {
      observe("y", normal(sample("mean", normal(1, 2)), 1.5), y);
    });
    const fit = await infer(normalNormal, {}, options);
    const precision = 1 / 2 ** 2 + y.length / 1.5 ** 2;
    const mean = (1 / 2 ** 2 + y.reduce((sum, value) => sum + value, 0) / 1.5 ** 2) / precision;
    expectPosterior(fit, { mean: { mean, sd: Math.sqrt(1 / precision) } });
  });

  test("Poisson rates under a gamma prior, one a group", async () => {
    const data = { chips: [3, 5, 2, 9, 11, 0], location: [0, 0, 0, 1, 1, 2] };
    const gammaPoisson = model<typeof data>("gamma–Poisson", ({ sample, plate, observe }, { chips, location }) => {
      const rate = plate("location", 4, () => sample("rate", gamma(2, 0.5)));
      observe("chips", poisson(rate.at(location)), chips);
    });
    const fit = await infer(gammaPoisson, data, { ...options, seed: 2 });
    const exact = [1, 2, 3, 4].map((label): [string, Moments] => {
      const own = data.chips.filter((_, i) => data.location[i] === label - 1);
      const shape = 2 + own.reduce((sum, count) => sum + count, 0);
      const rate = 0.5 + own.length;
      return [`rate[${label}]`, { mean: shape / rate, sd: Math.sqrt(shape) / rate }];
    });
    expectPosterior(fit, Object.fromEntries(exact));
  });

  test("a probability under a beta prior", async () => {
    const successes = [3, 7, 2];
    const betaBinomial = model("beta–binomial", ({ sample, observe }) => {
      observe("successes", binomial(10, sample("probability", beta(2, 3))), successes);
    });
    const fit = await infer(betaBinomial, {}, { ...options, seed: 3 });
    const [a, b] = [2 + 12, 3 + 30 - 12];
    const mean = a / (a + b);
    expectPosterior(fit, { probability: { mean, sd: Math.sqrt((mean * (1 - mean)) / (a + b + 1)) } });
  });
});

/**
 * Locations so far apart that sigma keeps away from 0. With `cookieData` it does not, and the funnel there holds one of
 * four chains in about every third run (six seeds before and six after the sampler was last changed): a matter for
 * reparametrisation, which would hide what this test is about.
 */
const distinctData: CookieData = {
  chips: [3, 2, 4, 3, 5, 2, 3, 4, 9, 8, 11, 10, 7, 9, 18, 16, 20, 17],
  location: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2],
};

test("a hierarchy with a likelihood written by hand agrees with quadrature", async () => {
  const fit = await infer(cookieModel(poissonLikelihood), distinctData, { seed: 4, workers: 1, draws: 4000 });
  const groups = locations.map((_, j) => {
    const own = distinctData.chips.filter((_count, i) => distinctData.location[i] === j);
    return { count: own.length, sum: own.reduce((sum, count) => sum + count, 0) };
  });
  const { mu, sigma, rate } = cookieFactoriesPosterior(groups);
  expectPosterior(fit, { mu, sigma, ...Object.fromEntries(locations.map((label, j) => [`rate[${label}]`, rate[j]])) });
});
