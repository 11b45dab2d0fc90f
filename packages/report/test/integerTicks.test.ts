import fc from "fast-check";
import { expect, test } from "vitest";
import { integerTicks } from "../src/integerTicks.ts";

test("ticks are the multiples of 1, 2 or 5 times a power of ten", () => {
  expect(integerTicks(0, 7, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(integerTicks(0, 19, 7)).toEqual([0, 5, 10, 15]);
  expect(integerTicks(50, 160, 7)).toEqual([60, 80, 100, 120, 140, 160]);
});

test("ticks are integers in range, rising, and not more than asked for", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e6, max: 1e6 }),
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 1, max: 12 }),
      (lower, span, count) => {
        const ticks = integerTicks(lower, lower + span, count);
        expect(ticks.length).toBeLessThanOrEqual(count);
        ticks.forEach((tick, i) => {
          expect(Number.isInteger(tick) && tick >= lower && tick <= lower + span).toBe(true);
          if (i > 0) expect(tick).toBeGreaterThan(ticks[i - 1]);
        });
      },
    ),
  );
});
