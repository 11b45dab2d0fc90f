import { expect, test } from "vitest";
import {
  walledInverse,
  walledLogSlopeDerivative,
  walledSlope,
  walledValue,
} from "../../src/columns/walledTransform.ts";

const [LOWER, UPPER] = [-2, 3];
const inside = [-2 + 1e-12, -1.999, -1, 0.4, 2.5, 3 - 1e-9];

test("the inverse gives x back, on the whole line", () => {
  for (const x of inside) {
    const t = walledValue(x, LOWER, UPPER);
    const back = walledInverse(t, LOWER, UPPER);
    expect(Math.abs(back - x)).toBeLessThan(1e-12 * Math.max(1, Math.abs(x)));
  }
  for (const t of [-1e3, -40, 50, 1e3]) {
    const x = walledInverse(t, LOWER, UPPER);
    expect(x >= LOWER && x <= UPPER).toBe(true);
  }
});

test("slope and its logarithm's derivative are those of differences", () => {
  for (const x of [-1.9, -1, 0.4, 2.5, 2.9]) {
    const step = 1e-5;
    const [up, down] = [walledValue(x + step, LOWER, UPPER), walledValue(x - step, LOWER, UPPER)];
    expect(walledSlope(x, LOWER, UPPER)).toBeCloseTo((up - down) / (2 * step), 6);
    const logs = [x + step, x - step].map((at) => Math.log(walledSlope(at, LOWER, UPPER)));
    expect(walledLogSlopeDerivative(x, LOWER, UPPER)).toBeCloseTo((logs[0] - logs[1]) / (2 * step), 5);
  }
});

test("on a bound, which a support may include, everything is a number", () => {
  for (const bound of [LOWER, UPPER, 0]) {
    const [lower, upper] = bound === 0 ? [0, 1] : [LOWER, UPPER];
    for (const f of [walledValue, walledSlope, walledLogSlopeDerivative]) {
      expect(Number.isFinite(f(bound, lower, upper))).toBe(true);
    }
    expect(walledInverse(walledValue(bound, lower, upper), lower, upper)).toBeCloseTo(bound, 12);
  }
});
