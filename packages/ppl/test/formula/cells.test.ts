import { designOf } from "@poolish/ppl";
import { expect, test } from "vitest";
import { cellsOf } from "../../src/formula/cells.ts";

const data = { x: [1, 2, 1, 2, 1], g: ["b", "a", "b", "a", "c"] };

test("rows with the same predictors and groups are one cell", () => {
  const cells = cellsOf(designOf("x", data));
  expect(cells.numCells).toBe(2);
  expect([...cells.cellOfRow]).toEqual([0, 1, 0, 1, 0]);
  expect(cells.columns.map((column) => [...column])).toEqual([
    [1, 1],
    [1, 2],
  ]);
});

test("cells that are the groups have their order", () => {
  const cells = cellsOf(designOf("x + (1 | g)", data));
  expect([...cells.cellOfRow]).toEqual([1, 0, 1, 0, 2]);
  expect([...cells.groups[0].codes]).toEqual([0, 1, 2]);
  expect([...cells.columns[1]]).toEqual([2, 1, 1]);
});

test("a group without rows has no cell", () => {
  const { training } = designOf("(1 | g)", data);
  const cells = cellsOf(designOf("(1 | g)", { g: ["c", "a", "c"] }, training));
  expect(cells.numCells).toBe(2);
  expect([...cells.cellOfRow]).toEqual([0, 1, 0]);
  expect([...cells.groups[0].codes]).toEqual([2, 0]);
});
