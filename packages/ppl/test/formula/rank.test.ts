import { expect, test } from "vitest";
import { firstDependency } from "../../src/formula/rank.ts";

const columns = (...values: number[][]): Float64Array[] => values.map((each) => Float64Array.from(each));

test("the first dependent column is named with those that make it up", () => {
  expect(firstDependency(columns([1, 1, 1], [1, 2, 3]))).toBeUndefined();
  expect(firstDependency(columns([1, 1, 1], [0, 1, 0], [1, 2, 3], [3, 3, 3]))).toEqual({ column: 3, of: [0] });
  expect(firstDependency(columns([1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1], [2, 0, 3, 5]))).toEqual({
    column: 3,
    of: [0, 2],
  });
  expect(firstDependency(columns([1, 1], [0, 0]))).toEqual({ column: 1, of: [] });
  expect(firstDependency(columns([1, 0], [0, 1], [1, 1]))).toEqual({ column: 2, of: [0, 1] });
});

test("scale does not matter, nearness does", () => {
  expect(firstDependency(columns([1e9, 1e9, 1e9], [1e-9, 2e-9, 3e-9]))).toBeUndefined();
  expect(firstDependency(columns([1, 1, 1], [1, 1, 1 + 1e-4]))).toBeUndefined();
  expect(firstDependency(columns([1, 1, 1], [1, 1, 1 + 1e-9]))).toEqual({ column: 1, of: [0] });
});
