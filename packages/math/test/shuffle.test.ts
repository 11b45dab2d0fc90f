import { rngFromSeed } from "@poolish/core";
import { chiSquare } from "@poolish/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shuffle } from "../src/shuffle.ts";

test("every order of four is equally likely", () => {
  const rng = rngFromSeed(6);
  const codes = new Map<string, number>();
  const sample = Float64Array.from({ length: 24_000 }, () => {
    const values = Int32Array.of(0, 1, 2, 3);
    shuffle(rng, values);
    const order = values.join();
    codes.set(order, codes.get(order) ?? codes.size);
    return codes.get(order) ?? -1;
  });
  expect(codes.size).toBe(24);
  // Level 1e-5.
  expect(chiSquare(sample, (code) => (code < 24 ? 1 / 24 : 0))).toBeLessThan(1);
});

test("keeps all values, and the same stream gives the same order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 30 }), fc.nat(), (values, seed) => {
      const [first, second] = [Int32Array.from(values), Int32Array.from(values)];
      shuffle(rngFromSeed(seed), first);
      shuffle(rngFromSeed(seed), second);
      expect(first).toEqual(second);
      expect(first.toSorted()).toEqual(Int32Array.from(values).toSorted());
    }),
  );
});
