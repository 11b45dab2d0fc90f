import { rngFromSeed } from "@poolish/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { resample } from "../../src/pathfinder/resample.ts";

test("each index comes nw times, never off by two or more, in ascending order, and never with weight 0", () => {
  const raw = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1 });
  fc.assert(
    fc.property(raw, fc.integer({ min: 1, max: 200 }), fc.nat(), (values, count, seed) => {
      const total = values.reduce((sum, value) => sum + value, 0);
      fc.pre(total > 0);
      const weights = Float64Array.from(values, (value) => value / total);
      const indices = resample(rngFromSeed(seed), weights, count);
      expect([...indices]).toEqual([...indices].sort((a, b) => a - b));
      weights.forEach((weight, i) => {
        const copies = indices.filter((index) => index === i).length;
        expect(Math.abs(copies - count * weight)).toBeLessThan(2 + 1e-9 * count);
        if (weight === 0) expect(copies).toBe(0);
      });
    }),
  );
});

test("is unbiased: a weight below one draw comes as often as it should", () => {
  const weights = Float64Array.of(0.97, 0.03);
  const repeats = 4000;
  let copies = 0;
  for (const rng of rngFromSeed(8).split(repeats)) copies += resample(rng, weights, 10)[9];
  // Bernoulli(0.3) each time.
  expect(Math.abs(copies - 0.3 * repeats)).toBeLessThan(4.5 * Math.sqrt(repeats * 0.3 * 0.7));
});

test("does not get into step with weights that repeat: every third is large", () => {
  const weights = Float64Array.from({ length: 12_000 }, (_, i) => (i % 3 === 0 ? 0.6 : 0.2) / 4000);
  const indices = resample(rngFromSeed(9), weights, 4000);
  const numLarge = indices.filter((index) => index % 3 === 0).length;
  // A stratum's choices are independent of the others': Bernoulli(0.6) each.
  expect(Math.abs(numLarge - 0.6 * 4000)).toBeLessThan(4.5 * Math.sqrt(4000 * 0.24));
});
