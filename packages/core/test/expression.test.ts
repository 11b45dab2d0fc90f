import { isExpression } from "@poolish/core";
import { expect, test } from "vitest";

test("an expression is an object that says so", () => {
  expect(isExpression({ isExpression: true })).toBe(true);
  for (const other of [undefined, null, 3, "x", {}, { isExpression: 1 }, new Float64Array(2)]) {
    expect(isExpression(other)).toBe(false);
  }
});
