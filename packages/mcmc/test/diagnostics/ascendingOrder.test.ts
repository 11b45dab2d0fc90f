import fc from "fast-check";
import { expect, test } from "vitest";
import { ascendingOrder } from "../../src/diagnostics/ascendingOrder.ts";

test("is the order of a stable sort that compares, with ties, both zeros, subnormals and infinities", () => {
  const value = fc.oneof(
    fc.double({ noNaN: true }),
    fc.constantFrom(0, -0, 1, -1, 5e-324, -5e-324, Infinity, -Infinity),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 300 }), (numbers) => {
      const twin = numbers
        .map((_, i) => i)
        .sort((a, b) => Number(numbers[a] > numbers[b]) - Number(numbers[a] < numbers[b]));
      expect([...ascendingOrder(Float64Array.from(numbers))]).toEqual(twin);
    }),
    { seed: 1 },
  );
});

test("does not write to the values", () => {
  const values = Float64Array.of(3, -0, 0, -2);
  ascendingOrder(values);
  expect(values).toEqual(Float64Array.of(3, -0, 0, -2));
});
