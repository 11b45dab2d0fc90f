import { c2st, c2stNull } from "@poolish/checks";
import { allowedStandardErrors, expectMeanWithin } from "@poolish/testkit";
import { expect, test } from "vitest";
import { gaussianPair } from "../gaussianPair.ts";

test("is that of as many fair coins as there are rows", () => {
  const { mean, standardError, pValue, threshold } = c2stNull(10_000, 10_000);
  expect(mean).toBe(0.5);
  expect(standardError).toBeCloseTo(0.5 / Math.sqrt(20_000), 15);
  expect(pValue(0.5)).toBeCloseTo(0.5, 12);
  expect(threshold(0.05)).toBeCloseTo(0.5 + 1.6448536269514722 * standardError, 10);
  expect(pValue(threshold(0.01))).toBeCloseTo(0.01, 10);
});

test("leans on the larger set", () => {
  const { mean, standardError } = c2stNull(3000, 1000);
  expect(mean).toBe(0.75);
  expect(standardError).toBeCloseTo(Math.sqrt((0.75 * 0.25) / 4000), 15);
});

test("refuses empty sets", () => {
  expect(() => c2stNull(0, 10)).toThrow("numX");
  expect(() => c2stNull(10, 1.5)).toThrow("numY");
});

// The folds share training rows, so binomial variance is an upper approximation (0.5 to 0.9 of it was measured): the mean
// is tested with the formula's standard error, the variance from above; 40 pairs know it to √(2 / 39) = 23 % of itself.
test("describes mode fast on equal distributions", async () => {
  const numPairs = 40;
  const { mean, standardError } = c2stNull(200, 200);
  const z: number[] = [];
  for (let seed = 1; seed <= numPairs; seed++) {
    const { accuracy } = await c2st(...gaussianPair(100 + seed, 200, 1, 0), { mode: "fast" });
    z.push((accuracy - mean) / standardError);
  }
  const average = z.reduce((sum, each) => sum + each, 0) / numPairs;
  const variance = z.reduce((sum, each) => sum + (each - average) ** 2, 0) / (numPairs - 1);
  expectMeanWithin({ estimate: average, standardError: 1 / Math.sqrt(numPairs), expected: 0, numComparisons: 2 });
  expect(variance).toBeLessThan(1 + allowedStandardErrors(2) * Math.sqrt(2 / (numPairs - 1)));
});
