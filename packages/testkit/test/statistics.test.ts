import { allowedStandardErrors, expectMeanWithin } from "@poolish/testkit";
import { describe, expect, test } from "vitest";

test("the allowance is the normal quantile of a two-sided 1e-5, shared among the comparisons", () => {
  expect(allowedStandardErrors(1)).toBeCloseTo(4.417173, 5);
  expect(allowedStandardErrors(10)).toBeCloseTo(4.891638, 5);
});

describe("expectMeanWithin", () => {
  const within = { name: "mu", estimate: 1.43, standardError: 0.1, expected: 1 };

  test("passes inside the allowance, on both sides", () => {
    expectMeanWithin(within);
    expectMeanWithin({ ...within, estimate: 0.57 });
    expectMeanWithin({ ...within, estimate: 1.48, numComparisons: 10 });
  });

  test("throws outside it, with all numbers", () => {
    expect(() => expectMeanWithin({ ...within, estimate: 1.45 })).toThrow(
      "mu: expected 1, got 1.45 ± 0.1: 4.50 standard errors off, 4.42 allowed (1 comparisons)",
    );
    expect(() => expectMeanWithin({ ...within, estimate: 0.55 })).toThrow("-4.50 standard errors off");
  });

  test.each([0, -1, NaN, Infinity])("a standard error of %d cannot pass", (standardError) => {
    expect(() => expectMeanWithin({ ...within, standardError })).toThrow("must be finite and positive");
  });

  test("a NaN estimate cannot pass", () => {
    expect(() => expectMeanWithin({ ...within, estimate: NaN })).toThrow("NaN");
  });
});
