import fc from "fast-check";
import { expect, test } from "vitest";
import { logAddExp, logSumExp } from "../src/index.ts";

const finite = fc.double({ min: -600, max: 600, noNaN: true });

test("equals the plain sum where that does not overflow", () => {
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1, maxLength: 20 }), (values) => {
      const plain = Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
      expect(Math.abs(logSumExp(values) - plain)).toBeLessThan(1e-13 * Math.max(1, Math.abs(plain)));
    }),
  );
});

test("logAddExp is logSumExp of two, and commutes", () => {
  fc.assert(
    fc.property(fc.double(), fc.double(), (a, b) => {
      const sum = logSumExp([a, b]);
      const pair = logAddExp(a, b);
      expect(logAddExp(b, a)).toEqual(pair);
      if (Number.isFinite(sum)) expect(Math.abs(pair - sum)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(sum)));
      else expect(pair).toEqual(sum);
    }),
    { numRuns: 1000 },
  );
});

test("shifts with its arguments, far beyond the range of exp", () => {
  expect(logSumExp([-1e5, -1e5])).toBeCloseTo(-1e5 + Math.LN2, 10);
  expect(logSumExp([1e5, 1e5 + 1])).toBeCloseTo(1e5 + Math.log(1 + Math.E), 10);
});

test("edges", () => {
  expect(logSumExp([])).toBe(-Infinity);
  expect(logSumExp([-Infinity, -Infinity])).toBe(-Infinity);
  expect(logSumExp([-Infinity, 3])).toBe(3);
  expect(logSumExp([Infinity, 3])).toBe(Infinity);
  expect(logSumExp([1, NaN])).toBeNaN();
  expect(logSumExp([NaN, Infinity])).toBeNaN();
  expect(logSumExp(Float64Array.of(2, 3, 4), 1)).toBe(2);
  expect(logAddExp(-Infinity, -Infinity)).toBe(-Infinity);
  expect(logAddExp(Infinity, Infinity)).toBe(Infinity);
  expect(logAddExp(Infinity, -Infinity)).toBe(Infinity);
});
