import { expect, test } from "vitest";
import { adjointBlocks } from "../../src/tape/adjointBlocks.ts";
import type { MergedInstruction } from "../../src/tape/mergeRows.ts";

const layout = { dim: 3, firstComputed: 100, size: 1100, appendedFrom: 1000 };

function negate(a: { offset: number; size: number }, out: { offset: number; size: number }): MergedInstruction {
  return { op: "unary", name: "negate", a, out };
}

test("blocks hold the position and all results, and no constants", () => {
  const instructions = [
    negate({ offset: 0, size: 3 }, { offset: 100, size: 3 }),
    negate({ offset: 50, size: 5 }, { offset: 400, size: 5 }),
    negate({ offset: 1000, size: 5 }, { offset: 103, size: 5 }),
    negate({ offset: 405, size: 2 }, { offset: 110, size: 2 }),
  ];
  expect(adjointBlocks(instructions, layout)).toEqual([
    { from: 0, to: 3 },
    { from: 100, to: 112 },
    { from: 400, to: 407 },
  ]);
});

test("a slot within another does not end it", () => {
  const instructions = [
    negate({ offset: 200, size: 80 }, { offset: 210, size: 2 }),
    negate({ offset: 240, size: 1 }, { offset: 300, size: 1 }),
  ];
  expect(adjointBlocks(instructions, layout)).toEqual([
    { from: 0, to: 3 },
    { from: 200, to: 280 },
    { from: 300, to: 301 },
  ]);
});
