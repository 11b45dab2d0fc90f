import { expect, test } from "vitest";
import { countDuplicates } from "../../src/smc/countDuplicates.ts";

test("counts rows that equal an earlier one, in all columns", () => {
  expect(countDuplicates(Float64Array.of(1, 2, 3, 4, 1, 2, 1, 5, 1, 2), 2)).toBe(2);
  expect(countDuplicates(Float64Array.of(1, 2, 2, 1), 2)).toBe(0);
});

test("tells numbers apart that differ in the last bit", () => {
  expect(countDuplicates(Float64Array.of(0.1, 0.1 + 2 ** -56), 1)).toBe(0);
});
