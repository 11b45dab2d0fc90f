import { expect, test } from "vitest";
import { clipLine } from "../src/clipLine.ts";

test("a line that comes from above begins where it crosses the frame", () => {
  expect(
    clipLine(
      [
        [1, 10],
        [2, 2],
        [3, 1],
      ],
      4,
    ),
  ).toEqual([
    [1, Number.NaN],
    [1.75, 4],
    [2, 2],
    [3, 1],
  ]);
});

test("a peak leaves a gap between two crossings", () => {
  expect(
    clipLine(
      [
        [0, 0],
        [1, 8],
        [2, 0],
      ],
      4,
    ),
  ).toEqual([
    [0, 0],
    [0.5, 4],
    [1, Number.NaN],
    [1.5, 4],
    [2, 0],
  ]);
});

test("a line within the frame stays as it is", () => {
  expect(
    clipLine(
      [
        [0, 0],
        [1, 4],
      ],
      4,
    ),
  ).toEqual([
    [0, 0],
    [1, 4],
  ]);
});
