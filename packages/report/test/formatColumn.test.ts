import { expect, test } from "vitest";
import { formatColumn } from "../src/formatColumn.ts";

test("a column has as many decimals as its largest magnitude needs for four digits", () => {
  expect(formatColumn([8.4555, -1.7, 0.00012])).toEqual(["8.456", "-1.700", "0.000"]);
  expect(formatColumn([10.25, 9.5])).toEqual(["10.25", "9.50"]);
  expect(formatColumn([2817.34, 99.5])).toEqual(["2817", "100"]);
  expect(formatColumn([0.00123, 0.0002])).toEqual(["0.001230", "0.000200"]);
});

test("what rounds to zero has no sign", () => {
  expect(formatColumn([8.4555, -0.0004, -0.0006])).toEqual(["8.456", "0.000", "-0.001"]);
});

test("integers stay integers", () => {
  expect(formatColumn([0, -3, 12000])).toEqual(["0", "-3", "12000"]);
  expect(formatColumn([])).toEqual([]);
});
