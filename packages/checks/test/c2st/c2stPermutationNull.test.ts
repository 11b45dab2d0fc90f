import { c2st, c2stNull, c2stPermutationNull } from "@poolish/checks";
import { expectMeanWithin } from "@poolish/testkit";
import { expect, test } from "vitest";
import { gaussianPair } from "../gaussianPair.ts";

const options = { mode: "fast", numPermutations: 19 } as const;

test("permuted labels know nothing, however far apart the sets are", async () => {
  const pair = gaussianPair(1, 150, 1, 6);
  const { mean, standardError, accuracies, pValue, threshold } = await c2stPermutationNull(...pair, options);
  expect(accuracies).toHaveLength(19);
  const theory = c2stNull(150, 150);
  expectMeanWithin({ estimate: mean, standardError: theory.standardError / Math.sqrt(19), expected: 0.5 });
  expect(threshold(0.5)).toBeCloseTo(mean, 12);
  expect(standardError).toBeLessThan(2 * theory.standardError);
  const { accuracy } = await c2st(...pair, options);
  expect(pValue(accuracy)).toBe(1 / 20);
  expect(pValue(0)).toBe(1);
});

test("permutations are those of the seed", async () => {
  const pair = gaussianPair(2, 40, 1, 1);
  const first = await c2stPermutationNull(...pair, { ...options, numPermutations: 3, seed: 5 });
  const again = await c2stPermutationNull(...pair, { ...options, numPermutations: 3, seed: 5 });
  const other = await c2stPermutationNull(...pair, { ...options, numPermutations: 3, seed: 6 });
  expect(again.accuracies).toEqual(first.accuracies);
  expect(other.accuracies).not.toEqual(first.accuracies);
});

test("refuses fewer than two permutations and bad samples", async () => {
  const [x, y] = gaussianPair(3, 40, 2, 0);
  await expect(c2stPermutationNull(x, y, { numPermutations: 1 })).rejects.toMatchObject({ field: "numPermutations" });
  await expect(c2stPermutationNull(x, { values: y.values, numColumns: 1 })).rejects.toMatchObject({ field: "y" });
});
