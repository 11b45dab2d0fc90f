import { expect, test } from "vitest";
import { countAt, countEdge, fitCountScale } from "../../src/count/countScale.ts";

const scale = { mean: 3, standardDeviation: 1.2 };

test("edges are those of the standardised root; count 0 reaches down to -Infinity", () => {
  expect(countEdge(scale, 0)).toBe(-Infinity);
  expect(countEdge(scale, 1)).toBe((1 - 3) / 1.2);
  expect(countEdge(scale, 9)).toBe(0);
});

test("the middle of each interval belongs to its count", () => {
  for (const k of [0, 1, 2, 3, 10, 99, 100, 12_345, 1_000_000]) {
    const lower = k === 0 ? countEdge(scale, 1) - 1 : countEdge(scale, k);
    expect(countAt(scale, 0.5 * (lower + countEdge(scale, k + 1)))).toBe(k);
  }
  expect(countAt(scale, -1e9)).toBe(0);
});

test("the scale is the mean and standard deviation of √(k + ½)", () => {
  // √(k + ½) = 1.5, 2.5 for k = 1.75, 5.75: the formula asks for no integers.
  expect(fitCountScale(Float64Array.of(1.75, 5.75))).toEqual({ mean: 2, standardDeviation: 0.5 });
});

test("a constant column gets a standard deviation of 1", () => {
  expect(fitCountScale(Float64Array.of(6, 6, 6, 6)).standardDeviation).toBe(1);
  // So many that the sum is not exact.
  expect(fitCountScale(new Float64Array(1000).fill(2)).standardDeviation).toBe(1);
});
