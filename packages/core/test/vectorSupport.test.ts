import { expect, test } from "vitest";
import { describeSupport, isOnSupport, isPointOnSupport, pointSize, type Support } from "../src/index.ts";

test("points on and off vector supports", () => {
  const cases: [Support, number, number[][], number[][]][] = [
    [
      { kind: "simplex", size: 2 },
      2,
      [[0.3, 0.7]],
      [
        [0.3, 0.6],
        [0, 1],
        [NaN, 1],
        [1.2, -0.2],
      ],
    ],
    [
      { kind: "ordered", size: 3 },
      3,
      [[-1, 0, 7]],
      [
        [0, 0, 1],
        [1, 0, 2],
        [0, 1, Infinity],
        [0, NaN, 1],
      ],
    ],
    [
      { kind: "correlationCholesky", size: 2 },
      4,
      [[1, 0, 0.6, 0.8]],
      [
        [1, 0, 0.6, 0.7],
        [1, 0.1, 0.6, 0.8],
        [1, 0, 0.6, -0.8],
        [NaN, 0, 0.6, 0.8],
      ],
    ],
  ];
  for (const [support, size, on, off] of cases) {
    expect(pointSize(support)).toBe(size);
    for (const point of on) expect(isPointOnSupport(support, [9, ...point], 1)).toBe(true);
    for (const point of off) expect(isPointOnSupport(support, point), `${point}`).toBe(false);
  }
});

test("closed bounds belong to the interval, infinities never", () => {
  const closed = { kind: "interval", lower: 0, upper: Infinity, closed: "both" } as const;
  expect([0, 3, -1, Infinity, NaN].map((x) => isOnSupport(closed, x))).toEqual([true, true, false, false, false]);
  expect(isOnSupport({ ...closed, closed: "upper" }, 0)).toBe(false);
});

test("supports in words", () => {
  expect(describeSupport({ kind: "simplex", size: 3 })).toBe("3 positive numbers that sum to 1");
  expect(describeSupport({ kind: "interval", lower: 0, upper: 1, closed: "both" })).toBe("a number from 0 to 1");
  expect(describeSupport({ kind: "interval", lower: 2, upper: Infinity, closed: "lower" })).toBe(
    "a number of at least 2",
  );
});
