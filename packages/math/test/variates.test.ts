import { type Rng, rngFromSeed } from "@poolish/core";
import { chiSquare, kolmogorovSmirnov } from "@poolish/testkit";
import { expect, test } from "vitest";
import {
  binomialVariate,
  digamma,
  logFactorial,
  logStandardGamma,
  poissonVariate,
  standardExponential,
  standardGamma,
  standardNormal,
  standardNormalCdf,
  trigamma,
} from "../src/index.ts";

function drawn(count: number, seed: number, draw: (rng: Rng) => number): Float64Array {
  const rng = rngFromSeed(seed);
  return Float64Array.from({ length: count }, () => draw(rng));
}

/** The distance of the sample mean from `mean` in standard errors. */
function meanError(sample: Float64Array, mean: number, sd: number): number {
  return Math.abs(sample.reduce((a, b) => a + b) / sample.length - mean) / (sd / Math.sqrt(sample.length));
}

/** Kolmogorov–Smirnov at this size sees a shift of 0.8 % of probability. */
const COUNT = 100_000;
/** One of about 30 means exceeds 4.5 standard errors by chance with probability 2e-4. */
const STANDARD_ERRORS = 4.5;

test("standardNormal is normal and takes one uniform", () => {
  expect(kolmogorovSmirnov(drawn(COUNT, 1, standardNormal), standardNormalCdf)).toBeLessThan(1);
  const rng = rngFromSeed(5);
  const twin = rng.clone();
  standardNormal(rng);
  twin.uniform();
  expect(rng.uniform()).toBe(twin.uniform());
});

test("standardExponential is exponential", () => {
  const cdf = (x: number): number => -Math.expm1(-x);
  expect(kolmogorovSmirnov(drawn(COUNT, 2, standardExponential), cdf)).toBeLessThan(1);
});

test.each<[number, (x: number) => number]>([
  [0.5, (x) => 1 - 2 * standardNormalCdf(-Math.sqrt(2 * x))],
  [1, (x) => -Math.expm1(-x)],
  [3, (x) => 1 - Math.exp(-x) * (1 + x + (x * x) / 2)],
])("standardGamma of shape %d against its closed cdf", (shape, cdf) => {
  expect(
    kolmogorovSmirnov(
      drawn(COUNT, 3, (rng) => standardGamma(rng, shape)),
      cdf,
    ),
  ).toBeLessThan(1);
});

test.each([1e-3, 0.1, 0.9, 1, 2.5, 40, 1e4])("log-gamma variates of shape %d have mean ψ and variance ψ'", (shape) => {
  const sample = drawn(COUNT, 4, (rng) => logStandardGamma(rng, shape));
  const sd = Math.sqrt(trigamma(shape));
  expect(sample.every(Number.isFinite)).toBe(true);
  expect(meanError(sample, digamma(shape), sd)).toBeLessThan(STANDARD_ERRORS);
  // Excess kurtosis of log-gamma is at most 6 (shape → 0: an exponential), so Var(squares) ≤ 8 sd⁴.
  const squares = sample.map((x) => (x - digamma(shape)) ** 2);
  expect(meanError(squares, sd * sd, Math.sqrt(8) * sd * sd)).toBeLessThan(STANDARD_ERRORS);
});

test.each([0.01, 0.7, 4, 9.99, 10, 35.5, 1000])("poissonVariate of rate %d against its mass", (rate) => {
  const mass = (count: number): number => Math.exp(count * Math.log(rate) - rate - logFactorial(count));
  expect(
    chiSquare(
      drawn(COUNT, 6, (rng) => poissonVariate(rng, rate)),
      mass,
    ),
  ).toBeLessThan(1);
});

test.each([1e6, 1e12])("poissonVariate of rate %d: mean and variance", (rate) => {
  const sample = drawn(COUNT, 7, (rng) => poissonVariate(rng, rate) - rate);
  expect(meanError(sample, 0, Math.sqrt(rate))).toBeLessThan(STANDARD_ERRORS);
  expect(
    meanError(
      sample.map((x) => x * x),
      rate,
      Math.SQRT2 * rate,
    ),
  ).toBeLessThan(STANDARD_ERRORS);
});

test.each([
  [1, 0.3],
  [12, 0.5],
  [19, 0.95],
  [40, 0.25],
  [100, 0.5],
  [100, 0.8],
  [5000, 0.01],
  [100_000, 0.00005],
])("binomialVariate(%d, %d) against its mass", (trials, probability) => {
  const odds = Math.log(probability) - Math.log1p(-probability);
  const mass = (count: number): number => {
    const logChoose = logFactorial(trials) - logFactorial(count) - logFactorial(trials - count);
    return Math.exp(logChoose + count * odds + trials * Math.log1p(-probability));
  };
  const sample = drawn(COUNT, 8, (rng) => binomialVariate(rng, trials, probability));
  expect(chiSquare(sample, mass)).toBeLessThan(1);
  expect(sample.every((count) => count <= trials)).toBe(true);
});

test("edges and parameters off their domain", () => {
  const rng = rngFromSeed(9);
  expect(poissonVariate(rng, 0)).toBe(0);
  expect(binomialVariate(rng, 0, 0.5)).toBe(0);
  expect(binomialVariate(rng, 7, 0)).toBe(0);
  expect(binomialVariate(rng, 7, 1)).toBe(7);
  for (const bad of [-1, NaN, Infinity]) {
    expect(poissonVariate(rng, bad)).toBeNaN();
    expect(standardGamma(rng, bad)).toBeNaN();
    expect(binomialVariate(rng, bad, 0.5)).toBeNaN();
    expect(binomialVariate(rng, 5, bad)).toBeNaN();
  }
  expect(standardGamma(rng, 0)).toBeNaN();
  expect(binomialVariate(rng, 2.5, 0.5)).toBeNaN();
});
