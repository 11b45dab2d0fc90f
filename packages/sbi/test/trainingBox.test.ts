import { interval, positive, real } from "@poolish/core";
import { expect, test } from "vitest";
import { trainingBox } from "../src/trainingBox.ts";

/** 1000 … 0, out of order: the .1 % quantile is 1, the 99.9 % quantile 999. */
const values = Float64Array.from({ length: 1001 }, (_, i) => (i * 8) % 1001);

test("two bounds are the box", () => {
  expect(trainingBox(interval(-5, 2000), values)).toEqual([-5, 2000]);
});

test.each([real, positive, interval(-Infinity, 5000)])("without both bounds it is .1 % and 99.9 % of θ", (support) => {
  expect(trainingBox(support, values)).toEqual([1, 999]);
});

test("few values give their range, and stay in their order", () => {
  const few = Float64Array.of(3, 1, 2);
  expect(trainingBox(real, few)).toEqual([1, 3]);
  expect([...few]).toEqual([3, 1, 2]);
});
