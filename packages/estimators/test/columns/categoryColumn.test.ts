import { caughtError } from "@poolish/testkit";
import { expect, test } from "vitest";
import { categoryCodes, fitCategories } from "../../src/columns/categoryColumn.ts";

test("categories are the distinct values, in rising order; codes are their indices", () => {
  const column = fitCategories([3, -1, 3, 10, -1]);
  expect(column).toEqual({ kind: "category", values: [-1, 3, 10] });
  expect([...categoryCodes("choice", column, Int32Array.of(10, -1, 3))]).toEqual([2, 0, 1]);
  expect(categoryCodes("choice", column, [])).toHaveLength(0);
});

test("a value that training did not see is a typed error", async () => {
  const column = fitCategories([1, 2]);
  for (const value of [3, Number.NaN, 1.5]) {
    const error = await caughtError(() => categoryCodes("choice", column, [1, 2, value]));
    expect(error).toMatchObject({ kind: "input", field: "choice", row: 2 });
    expect(error.message).toContain("1, 2");
    expect(error.remedy).toBeTruthy();
  }
});
