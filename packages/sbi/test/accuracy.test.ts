import type { Rng } from "@poolish/core";
import { binomial, type Distribution, gamma, negativeBinomial, poisson, uniform } from "@poolish/distributions";
import { allowedStandardErrors } from "@poolish/testkit";
import { expect, test } from "vitest";
import { nle } from "../src/nle.ts";
import { simulate } from "../src/simulate.ts";
import type { Simulator } from "../src/simulator.ts";
import { train } from "../src/train.ts";

interface Case {
  readonly name: string;
  readonly prior: Readonly<Record<string, Distribution>>;
  readonly draw: (rng: Rng, theta: Float64Array) => number;
  /** log p(count | θ). */
  readonly exact: (count: number, theta: Float64Array) => number;
}

function mixtureLogProb(first: Distribution, second: Distribution, share: number, count: number): number {
  return Math.log((1 - share) * Math.exp(first.logProb(count)) + share * Math.exp(second.logProb(count)));
}

const CASES: readonly Case[] = [
  {
    name: "Poisson",
    prior: { rate: gamma(2, 0.2) },
    draw: (rng, [rate]) => poisson(rate).sample(rng),
    exact: (count, [rate]) => poisson(rate).logProb(count),
  },
  {
    name: "two humps",
    prior: { rate: gamma(2, 0.2) },
    draw: (rng, [rate]) => poisson(rng.uniform() < 0.5 ? rate : 3 * rate + 5).sample(rng),
    exact: (count, [rate]) => mixtureLogProb(poisson(rate), poisson(3 * rate + 5), 0.5, count),
  },
  {
    name: "under-dispersed",
    prior: { p: uniform(0, 1) },
    draw: (rng, [p]) => binomial(20, p).sample(rng),
    exact: (count, [p]) => binomial(20, p).logProb(count),
  },
  {
    name: "over-dispersed",
    prior: { mean: gamma(3, 0.2) },
    draw: (rng, [mean]) => negativeBinomial(mean, 2).sample(rng),
    exact: (count, [mean]) => negativeBinomial(mean, 2).logProb(count),
  },
  {
    name: "zero-inflated",
    prior: { rate: gamma(3, 0.3) },
    draw: (rng, [rate]) => (rng.uniform() < 0.3 ? 0 : poisson(rate).sample(rng)),
    exact: (count, [rate]) =>
      count === 0 ? Math.log(0.3 + 0.7 * Math.exp(-rate)) : Math.log(0.7) + poisson(rate).logProb(count),
  },
  {
    name: "two parameters",
    prior: { mean: gamma(3, 0.2), dispersion: uniform(0.5, 10) },
    draw: (rng, [mean, dispersion]) => negativeBinomial(mean, dispersion).sample(rng),
    exact: (count, [mean, dispersion]) => negativeBinomial(mean, dispersion).logProb(count),
  },
];

/**
 * Exact minus learned log-mass, on average over prior and counts: the divergence from the exact likelihood, in nats a trial.
 * A maximum-likelihood fit of P free weights to n simulations is P / 2n off (Akaike 1974): 1900 / 38,000 = 0.05 here. Early
 * plateaus and the slow shape leave less than a fifth of that; measured: at most 0.0025 in any of these cases.
 */
const BOUND = 0.01;

async function divergence({ prior, draw, exact }: Case): Promise<{ mean: number; standardError: number }> {
  const parameters = Object.keys(prior);
  const simulator: Simulator = {
    parameters,
    columns: [{ name: "count", kind: "count" }],
    simulate(rng, theta, out) {
      out[0] = draw(rng, theta);
    },
  };
  const simulations = await simulate({ simulator, prior, count: 20_000, seed: 1 });
  const estimator = await train(nle(), simulations, { seed: 1 });
  const fresh = await simulate({ simulator, prior, count: 10_000, seed: 2 });
  const width = parameters.length;
  const gaps = estimator
    .logProb(fresh.x, fresh.theta)
    .map((learned, i) => exact(fresh.x[i], fresh.theta.subarray(i * width, (i + 1) * width)) - learned);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (gaps.length - 1);
  return { mean, standardError: Math.sqrt(variance / gaps.length) };
}

test.each(CASES)("$name: the learned likelihood is close to the exact one on fresh pairs", async (example) => {
  const { mean, standardError } = await divergence(example);
  console.log(`${example.name}: ${mean.toFixed(4)} ± ${standardError.toFixed(4)} nats`);
  const slack = allowedStandardErrors(CASES.length) * standardError;
  // A gap that the fresh pairs could not show would prove nothing.
  expect(slack).toBeLessThan(BOUND);
  expect(mean).toBeLessThan(BOUND + slack);
  // No density is better than the exact one: a negative divergence would be masses that sum to more than 1.
  expect(mean).toBeGreaterThan(-slack);
});
