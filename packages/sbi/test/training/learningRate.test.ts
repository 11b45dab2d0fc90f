import { expect, test } from "vitest";
import { learningRate } from "../../src/training/learningRate.ts";

test("rises linearly over 5 % of the steps, then falls as half a cosine", () => {
  const rates = Array.from({ length: 1000 }, (_, step) => learningRate(0.01, step, 1000));
  expect(rates[0]).toBeCloseTo(0.01 / 50, 15);
  expect(rates[24]).toBeCloseTo(0.005, 15);
  expect(rates[50]).toBe(0.01);
  // Halfway down the cosine, and one step before its end.
  expect(rates[525]).toBeCloseTo(0.005, 15);
  expect(rates[999]).toBeGreaterThan(0);
  expect(rates[999]).toBeLessThan(1e-7);
  for (let step = 1; step < 50; step++) expect(rates[step]).toBeGreaterThan(rates[step - 1]);
  for (let step = 51; step < 1000; step++) expect(rates[step]).toBeLessThan(rates[step - 1]);
});

test("a run of one or two steps has a step size, too", () => {
  expect(learningRate(0.01, 0, 1)).toBe(0.01);
  expect([0, 1].map((step) => learningRate(0.01, step, 2))).toEqual([0.01, 0.01]);
});
