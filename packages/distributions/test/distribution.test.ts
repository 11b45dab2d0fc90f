import { type Expression, PoolishError, rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import {
  beta,
  binomial,
  categorical,
  censored,
  type Distribution,
  dirichlet,
  exponential,
  familyFrom,
  gamma,
  halfNormal,
  lkjCholesky,
  mixture,
  multivariateNormal,
  normal,
  parameterNumbers,
  poisson,
  truncated,
  uniform,
} from "../src/index.ts";

const unknown: Expression = { isExpression: true };

function fault(make: () => unknown): PoolishError {
  try {
    make();
  } catch (error) {
    if (error instanceof PoolishError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("numeric parameters are checked at construction, by name", () => {
  const cases: [() => Distribution, string, string][] = [
    [() => gamma(0, 1), "gamma.shape", "expected a number above 0, got 0"],
    [() => gamma(1, NaN), "gamma.rate", "got NaN"],
    [() => gamma(unknown, -3), "gamma.rate", "got -3"],
    [() => normal(Infinity, 1), "normal.mean", "a real number"],
    [() => beta(1, Infinity), "beta.b", "a number above 0"],
    [() => binomial(2.5, 0.5), "binomial.trials", "an integer of at least 0"],
    [() => binomial(2, 1), "binomial.probability", "a number between 0 and 1"],
    [() => uniform(2, 2), "uniform.upper", "a number above lower = 2"],
    [() => uniform(0, Infinity), "uniform.upper", "a real number"],
  ];
  for (const [make, field, message] of cases) {
    const error = fault(make);
    expect(error.kind).toBe("input");
    expect(error.field).toBe(field);
    expect(error.message).toContain(message);
    expect(error.remedy).toBeDefined();
  }
});

test("a value that is neither a number nor an expression is refused", () => {
  const text: unknown = JSON.parse('"2"');
  expect(fault(() => gamma(text as number, 1)).field).toBe("gamma.shape");
});

test("expressions are kept, and refuse numbers until the model knows them", () => {
  const waiting = gamma(2, unknown);
  expect(waiting.parameters).toEqual([2, unknown]);
  expect(waiting.family).toBe(familyFrom("gamma"));
  for (const use of [() => waiting.logProb(1), () => waiting.sample(rngFromSeed(1))]) {
    const error = fault(use);
    expect(error.kind).toBe("model");
    expect(error.field).toBe("gamma.rate");
  }
});

test("logProb of a closed form, and off the support", () => {
  expect(gamma(2, 0.2).logProb(3)).toBeCloseTo(2 * Math.log(0.2) + Math.log(3) - 0.6, 14);
  expect(poisson(3).logProb(2)).toBeCloseTo(Math.log(4.5) - 3, 14);
  expect(poisson(3).logProb(2.5)).toBe(-Infinity);
  expect(poisson(3).logProb(NaN)).toBeNaN();
});

test("equal streams give equal draws", () => {
  const draws = [1, 2].map(() => {
    const rng = rngFromSeed(3);
    return Array.from({ length: 5 }, () => gamma(2, 0.2).sample(rng));
  });
  expect(draws[0]).toEqual(draws[1]);
});

test("an unknown family name is a bug or a newer model", () => {
  expect(() => familyFrom("wishful")).toThrow('"wishful"');
  expect(() => familyFrom("toString")).toThrow('"toString"');
});

test("composed families check their parts", () => {
  const cases: [() => unknown, string, string][] = [
    [() => truncated(normal(0, 1), { lower: 2, upper: 1 }), "truncated.upper", "above lower = 2"],
    [() => truncated(categorical([0.5, 0.5]), { lower: 1 }), "truncated.categorical", "vector parameter"],
    [
      () => mixture([0.5, 0.5], [censored(normal(0, 1), { lower: 0 }), normal(0, 1)]),
      "mixture.censored(normal)",
      "both a density",
    ],
    [() => mixture([0.5, 0.5], [normal(0, 1), poisson(1)]), "mixture.components", "one is of counts"],
    [
      () => mixture([0.5, 0.6], [normal(0, 1), normal(1, 1)]),
      "mixture(normal, normal).weights",
      "shares that sum to 1",
    ],
    [() => mixture([1], [normal(0, 1), normal(1, 1)]), "mixture(normal, normal).weights", "expected 2 numbers"],
    [() => mixture([], []), "mixture.components", "expected components"],
    [() => multivariateNormal([0, 0], [1, 0.5, 0, 1]), "multivariateNormal.choleskyFactor", "lower Cholesky factor"],
    [() => multivariateNormal([0, 0], [1, 0, 0]), "multivariateNormal.choleskyFactor", "square matrix"],
    [() => multivariateNormal([0, 0], [1]), "multivariateNormal.choleskyFactor", "expected 4 numbers"],
    [() => dirichlet([1, 0]), "dirichlet.concentration", "a vector of numbers"],
    [() => dirichlet(2), "dirichlet.concentration", "a vector of numbers"],
    [() => lkjCholesky(1, 2), "lkjCholesky.size", "at least 2"],
  ];
  for (const [make, field, message] of cases) {
    const error = fault(make);
    expect(error.field).toBe(field);
    expect(error.message).toContain(message);
    expect(error.remedy).toBeDefined();
  }
});

test("bounds that do not bound leave the distribution as it is", () => {
  const base = normal(0, 1);
  expect(truncated(base, {})).toBe(base);
  expect(censored(base, { lower: -Infinity, upper: Infinity })).toBe(base);
  expect(truncated(base, { lower: 0, upper: Infinity }).parameters).toEqual([0, 1, 0]);
});

test("closed forms of composed families", () => {
  expect(truncated(normal(0, 1), { lower: 0 }).logProb(1.3)).toBeCloseTo(halfNormal(1).logProb(1.3), 13);
  expect(truncated(exponential(2), { lower: 400 }).logProb(400.5)).toBeCloseTo(Math.log(2) - 1, 12);
  expect(censored(exponential(2), { upper: 3 }).logProb(3)).toBeCloseTo(-6, 14);
  const parts = mixture([0.25, 0.75], [exponential(1), exponential(4)]);
  expect(parts.logProb(0.7)).toBeCloseTo(Math.log(0.25 * Math.exp(-0.7) + 3 * Math.exp(-2.8)), 14);
  // Poisson with extra zeros.
  const zeros = mixture([0.3, 0.7], [binomial(0, 0.5), poisson(2)]);
  expect(zeros.logProb(0)).toBeCloseTo(Math.log(0.3 + 0.7 * Math.exp(-2)), 14);
  expect(zeros.logProb(3)).toBeCloseTo(Math.log(0.7) + poisson(2).logProb(3), 14);
});

test("a normal truncated 40 standard deviations out: density, draws and slope", () => {
  const far = truncated(normal(0, 1), { lower: 40 });
  // Mean excess of the tail: 1/40 - 2/40³ + …; its standard deviation is about 1/40.
  const rng = rngFromSeed(11);
  const count = 1000;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += (far.sample(rng) - 40) / count;
  const expected = 1 / 40 - 2 / 40 ** 3 + 10 / 40 ** 5;
  expect(Math.abs(mean - expected)).toBeLessThan((4.5 * 0.025) / Math.sqrt(count));
  // Density at the bound: the hazard of the normal, 40 + 1/40 - 2/40³ + 10/40⁵ - …
  expect(Math.exp(far.logProb(40 + 1e-12))).toBeCloseTo(40 + 1 / 40 - 2 / 40 ** 3 + 10 / 40 ** 5, 6);
});

test("parameter numbers: known, per trial and of a model", () => {
  const { family } = truncated(normal(unknown, 1), { lower: 0 });
  expect(parameterNumbers(family, [unknown, [1, 2], 0])).toEqual([NaN, NaN, 0]);
  expect(parameterNumbers(dirichlet(unknown).family, [unknown], () => 3)).toEqual([NaN, NaN, NaN]);
  expect(parameterNumbers(dirichlet([1, 2]).family, [[1, 2]])).toEqual([1, 2]);
});

test("vectors: logProb and draws", () => {
  const pair = multivariateNormal([1, 2], [2, 0, 0, 3]);
  expect(pair.logProb([1, 5])).toBeCloseTo(normal(1, 2).logProb(1) + normal(2, 3).logProb(5), 14);
  expect(pair.sample(rngFromSeed(1))).toHaveLength(2);
  expect(lkjCholesky(3, 2).sample(rngFromSeed(1))).toHaveLength(9);
  expect(dirichlet([1, 1]).logProb([0.3, 0.7])).toBeCloseTo(0, 14);
});
