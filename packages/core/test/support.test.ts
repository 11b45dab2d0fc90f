import { counts, describeSupport, interval, isOnSupport, positive, real, type Support } from "@poolish/core";
import { expect, test } from "vitest";

const dice: Support = { kind: "integer", lower: 1, upper: 6 };

test.each([
  { name: "real", support: real, inside: [-1e300, 0, 1e300], outside: [Infinity, -Infinity] },
  { name: "positive", support: positive, inside: [Number.MIN_VALUE, 1e300], outside: [0, -1, Infinity] },
  { name: "interval", support: interval(-1, 2), inside: [-0.999, 1.999], outside: [-1, 2, 3] },
  { name: "counts", support: counts, inside: [0, 1, 1e15], outside: [-1, 0.5, Infinity] },
  { name: "integers", support: dice, inside: [1, 6], outside: [0, 7, 1.5] },
])("bounds of $name: exclusive for intervals, inclusive for integers; NaN is outside", ({ support, ...xs }) => {
  for (const x of xs.inside) expect(isOnSupport(support, x)).toBe(true);
  for (const x of [...xs.outside, NaN]) expect(isOnSupport(support, x)).toBe(false);
});

test.each([
  [real, "a real number"],
  [positive, "a number above 0"],
  [interval(-Infinity, 3), "a number below 3"],
  [interval(-1, 2), "a number between -1 and 2"],
  [counts, "an integer of at least 0"],
  [dice, "an integer from 1 to 6"],
  [{ kind: "integer", lower: -Infinity, upper: 4 } as const, "an integer of at most 4"],
  [{ kind: "integer", lower: -Infinity, upper: Infinity } as const, "an integer"],
])("describes %o as %s", (support, words) => {
  expect(describeSupport(support)).toBe(words);
});
