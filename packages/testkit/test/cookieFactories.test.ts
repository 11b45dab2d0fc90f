import { expect, test } from "vitest";
import { alonePosterior, cookieFactoriesPosterior, type Moments, pooledPosterior } from "../src/cookieFactories.ts";

/** Counts and sums of pyro-meets-sbi's data/cookie_chips_data.csv, by location. */
const published = [
  { count: 30, sum: 271 },
  { count: 30, sum: 172 },
  { count: 30, sum: 300 },
  { count: 30, sum: 249 },
  { count: 5, sum: 48 },
];

/** mean, sd of mu, sigma and the rates: an independent quadrature in Python (grid of step 1/100), published as CSV. */
const exact = [
  [8.455540412400401, 0.8588382855756579],
  [1.7255563596876287, 0.6557539319960664],
  [8.962503069575472, 0.5237951619619429],
  [6.037280444986676, 0.46493220773383614],
  [9.819386464657041, 0.5579433892933213],
  [8.31245359744463, 0.5023451922472292],
  [9.126925654190691, 1.1076265394886868],
];

function rowsOf(groups: typeof published, refinement?: number): number[][] {
  const { mu, sigma, rate } = cookieFactoriesPosterior(groups, refinement);
  return [mu, sigma, ...rate].map(({ mean, sd }) => [mean, sd]);
}

function expectRows(actual: number[][], expected: number[][], tolerance: number): void {
  for (const [i, row] of expected.entries()) {
    for (const [j, value] of row.entries()) expect(Math.abs(actual[i][j] - value)).toBeLessThan(tolerance);
  }
}

test("agrees with the published posterior", () => {
  expectRows(rowsOf(published), exact, 1e-6);
});

test("does not move when the number of nodes is doubled on both axes", () => {
  expectRows(rowsOf(published), rowsOf(published, 32), 1e-9);
});

test("converges for many groups, for none and for one huge sum", () => {
  const many = Array.from({ length: 15 }, (_, j) => ({ count: 1 + (j % 5), sum: 7 * (1 + (j % 5)) + (j % 11) }));
  for (const groups of [many, [], [{ count: 1000, sum: 9000 }], [{ count: 10, sum: 0 }]]) {
    expectRows(rowsOf(groups), rowsOf(groups, 32), 1e-9);
  }
});

test("no data give back the prior", () => {
  const { mu, sigma, rate } = cookieFactoriesPosterior([{ count: 0, sum: 0 }]);
  // rate_j has mean mu and variance sigma² given (mu, sigma): E = 10, Var = 50 + E[sigma²] = 52.
  const expected: [Moments, number, number][] = [
    [mu, 10, Math.sqrt(50)],
    [sigma, 1, 1],
    [rate[0], 10, Math.sqrt(52)],
  ];
  for (const [{ mean, sd }, exactMean, exactSd] of expected) {
    expect(mean).toBeCloseTo(exactMean, 9);
    expect(sd).toBeCloseTo(exactSd, 9);
  }
});

test("a group without cookies leaves the others alone and is wider than they are", () => {
  const withEmpty = cookieFactoriesPosterior([...published, { count: 0, sum: 0 }]);
  const { mu, rate } = cookieFactoriesPosterior(published);
  expect(withEmpty.mu.mean).toBeCloseTo(mu.mean, 10);
  for (const [j, { mean }] of rate.entries()) expect(withEmpty.rate[j].mean).toBeCloseTo(mean, 10);
  expect(withEmpty.rate[5].mean).toBeCloseTo(mu.mean, 10);
  expect(withEmpty.rate[5].sd).toBeGreaterThan(mu.sd);
});

test("alone and pooled posteriors are those of the conjugate Gamma", () => {
  const { mean, sd } = pooledPosterior(published);
  expect(mean).toBeCloseTo(8.3227, 4);
  expect(sd).toBeCloseTo(0.2578, 4);
  const alone = published.map(alonePosterior);
  const means = [9.04, 5.762, 10, 8.311, 9.615];
  const sds = [0.547, 0.437, 0.575, 0.525, 1.36];
  for (const [j, moments] of alone.entries()) {
    expect(moments.mean).toBeCloseTo(means[j], 3);
    expect(moments.sd).toBeCloseTo(sds[j], 3);
  }
});
