import fc from "fast-check";
import { expect, test } from "vitest";
import { createWelford } from "../../src/adaptation/welford.ts";

test("is the two-pass variance, also far from zero", () => {
  const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 30 }), (values) => {
      const welford = createWelford(2);
      for (const v of values) welford.add(Float64Array.of(v, 1e6 + v));
      const mean = values.reduce((a, b) => a + b) / values.length;
      const expected = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
      const [plain, shifted] = welford.variance();
      expect(Math.abs(plain - expected)).toBeLessThanOrEqual(1e-10 * (1 + expected));
      // 1e6 + v loses 1e-10 of v.
      expect(Math.abs(shifted - expected)).toBeLessThanOrEqual(1e-6 * (1 + expected));
    }),
  );
});

test("needs two values and forgets on reset", () => {
  const welford = createWelford(1);
  welford.add(Float64Array.of(5));
  expect(welford.variance()).toEqual(Float64Array.of(NaN));
  welford.reset();
  expect(welford.count).toBe(0);
  welford.add(Float64Array.of(1));
  welford.add(Float64Array.of(3));
  expect(welford.variance()).toEqual(Float64Array.of(2));
});
