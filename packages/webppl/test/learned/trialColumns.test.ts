import type { Likelihood } from "@poolish/core";
import { expect, test } from "vitest";
import { trialColumns } from "../../src/learned/trialColumns.ts";
import { poissonLikelihood } from "../fixtures/poissonLikelihood.ts";

const chips = poissonLikelihood();
const groupsOf = (...trials: readonly unknown[]) => trials.map((group) => ({ trials: group, conditions: undefined }));
const twoColumns: Likelihood = {
  ...chips,
  columns: [
    { name: "rt", kind: "continuous" },
    { name: "response", kind: "category" },
  ],
};

test("numbers, rows of a table and typed arrays are trials of one column", () => {
  const groups = [[3, 5], [{ chips: 7, location: 2 }], Float64Array.of(1, 2), 9];
  const { columns, group } = trialColumns(chips, groupsOf(...groups));
  expect(Array.from(columns.chips)).toEqual([3, 5, 7, 1, 2, 9]);
  expect(Array.from(group)).toEqual([0, 0, 1, 2, 2, 3]);
});

test("an empty group has no trials and keeps its number", () => {
  const { columns, group } = trialColumns(chips, groupsOf([], [4]));
  expect(Array.from(columns.chips)).toEqual([4]);
  expect(Array.from(group)).toEqual([1]);
});

test("objects and arrays are trials of several columns", () => {
  const { columns } = trialColumns(
    twoColumns,
    groupsOf([{ rt: 0.5, response: 1 }, [0.7, 0]], { rt: 0.9, response: 1 }),
  );
  expect(Array.from(columns.rt)).toEqual([0.5, 0.7, 0.9]);
  expect(Array.from(columns.response)).toEqual([1, 0, 1]);
});

test.each([
  ["text", ["a"], /^chips: expected a number, got a \(row 0/],
  ["a row without the column", [3, { count: 3 }], /^chips: expected a number, got undefined \(row 1/],
  ["nothing", [null], /^chips: expected a number, got null/],
  ["a node", [{ x: 3, dx: 0 }], /^chips: a trial must be data, not a random value/],
])("%s is refused", (_, trials, message) => {
  expect(() => trialColumns(chips, groupsOf(trials))).toThrow(message);
});

test("several columns cannot come from bare numbers", () => {
  expect(() => trialColumns(twoColumns, groupsOf([0.5, 1]))).toThrow(
    /^rt: .*Give each trial as an object \{ rt: number, response/,
  );
});
