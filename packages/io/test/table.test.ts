import { expect, test } from "vitest";
import { numericColumn, tableFromColumns } from "../src/index.ts";
import { expectError } from "./expectError.ts";

const table = tableFromColumns({ chips: Float64Array.of(12, 3), place: ["1.5", "north"] });

test("a numeric column is the table's own array", () => {
  expect(numericColumn(table, "chips")).toBe(table.columns.chips);
});

test("a missing column is named, with those that there are", async () => {
  const error = await expectError(() => numericColumn(table, "cookies"), "input", /no such column.*chips, place/);
  expect(error.field).toBe("cookies");
  await expectError(() => numericColumn(table, "toString"), "input", /no such column/);
});

test("a text column names the first cell that is no number", async () => {
  const error = await expectError(() => numericColumn(table, "place"), "input", /found the text "north"/);
  expect([error.field, error.row]).toEqual(["place", 1]);
});

test("columns of different lengths are refused", async () => {
  const error = await expectError(
    () => tableFromColumns({ a: new Float64Array(2), b: ["x"] }),
    "input",
    /has 1 rows, the first column has 2/,
  );
  expect(error.field).toBe("b");
});

test("a table without columns has no rows", () => {
  expect(tableFromColumns({}).numRows).toBe(0);
});
