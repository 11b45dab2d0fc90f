import { expect, test } from "vitest";
import { barrier, barrierSlope } from "../../src/learned/barrier.ts";

test("is −2000 e³ / (e + 0.1) beyond the edge, and nothing inside", () => {
  for (const e of [1e-3, 0.05, 0.3, 7]) expect(barrier(e) / ((-2000 * e ** 3) / (e + 0.1))).toBeCloseTo(1, 12);
  expect([barrier(0), barrier(-1), barrierSlope(0), barrierSlope(-1)]).toEqual([0, 0, 0, 0]);
  expect(barrier(0.1)).toBeCloseTo(-10, 12);
  expect(barrier(Infinity)).toBe(-Infinity);
});

test("has its slope, and two derivatives that vanish at the edge", () => {
  for (const e of [1e-3, 0.05, 0.3, 7]) {
    const h = 1e-5 * e;
    // Central difference: truncation of relative size (h / e)², rounding of 1e-16 / (h / e).
    expect((barrier(e + h) - barrier(e - h)) / (2 * h) / barrierSlope(e)).toBeCloseTo(1, 8);
  }
  // The second derivative is about -6 · 2000 e / 0.1 there: of the order of the step.
  expect(Math.abs(barrierSlope(1e-9) / 1e-9)).toBeLessThan(1e-3);
});

test("grows at least as a square far away", () => {
  expect(barrier(200) / barrier(100)).toBeGreaterThan(4);
});
