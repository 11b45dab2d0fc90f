import { type Expression, PoolishError, rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { beta, binomial, type Distribution, familyByName, gamma, normal, poisson, uniform } from "../src/index.ts";

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
  expect(waiting.family).toBe(familyByName("gamma"));
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
  expect(() => familyByName("wishful")).toThrow('"wishful"');
  expect(() => familyByName("toString")).toThrow('"toString"');
});
