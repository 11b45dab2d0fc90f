import { type LearnedDensity, positive, rngFromSeed } from "@poolish/core";
import type { DrawTable } from "@poolish/inference";
import {
  exponential,
  gamma,
  learnedPrior,
  type Model,
  type ModelContext,
  model,
  type Node,
  poisson,
} from "@poolish/ppl";
import { densityFrom } from "@poolish/sbi";

/** A month of cookies: the chips in each, and its bakery as a code from 0. */
export interface Month {
  readonly chips: readonly number[];
  readonly bakery: readonly number[];
}

export const BAKERIES = ["north", "south", "east", "west", "harbour", "station"] as const;
const MU = 9;
const SIGMA = 2.5;

/** Two months of the same bakeries, whose rates are at the quantiles of their population: twelve cookies each, then eight. */
export function bakeMonths(seed: number): readonly [Month, Month] {
  const rng = rngFromSeed(seed);
  const population = gamma((MU / SIGMA) ** 2, MU / SIGMA ** 2);
  const rates = BAKERIES.map(() => population.sample(rng));
  const month = (cookies: number): Month => {
    const bakery = BAKERIES.flatMap((_, code) => new Array<number>(cookies).fill(code));
    return { bakery, chips: bakery.map((code) => poisson(rates[code]).sample(rng)) };
  };
  return [month(12), month(8)];
}

/** What is known before the first month. */
function firstPrior({ sample, plate }: ModelContext): Node {
  const mu = sample("mu", gamma(2, 0.2));
  const sigma = sample("sigma", exponential(0.5));
  const recipe = gamma(mu.square().div(sigma.square()), mu.div(sigma.square()));
  return plate("bakery", BAKERIES, () => sample("rate", recipe));
}

/** One month, or several at once, from the beginning. */
export const fromTheBeginning: Model<Month> = model("bakeries", (context, { chips, bakery }: Month) => {
  context.observe("chips", poisson(firstPrior(context).at(bakery)), chips);
});

/** This month, beginning with what last month has left of mu, sigma and all rates together. */
export function nextMonth(lastMonth: LearnedDensity): Model<Month> {
  return model("bakeries, next month", ({ sample, observe }, { chips, bakery }: Month) => {
    const { rate } = sample("last month", learnedPrior(lastMonth));
    observe("chips", poisson(rate.at(bakery)), chips);
  });
}

/** What a fit is carried over by. */
export const CARRIED = ["mu", "sigma", "rate"] as const;

/** The joint density of the draws of mu, sigma and all rates. */
export function carryOver(draws: DrawTable, seed: number) {
  const supports = Object.fromEntries(draws.names.map((name) => [name, positive]));
  return densityFrom(draws, { supports, seed });
}

export function both([a, b]: readonly [Month, Month]): Month {
  return { chips: [...a.chips, ...b.chips], bakery: [...a.bakery, ...b.bakery] };
}
