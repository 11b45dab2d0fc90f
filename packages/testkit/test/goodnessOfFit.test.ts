import { rngFromSeed } from "@poolish/core";
import { logFactorial, poissonVariate, standardNormal, standardNormalCdf } from "@poolish/math";
import { expect, test } from "vitest";
import { chiSquare, kolmogorovSmirnov } from "../src/index.ts";

test("both tests reject a sampler that is wrong by a few percent of its scale", () => {
  const rng = rngFromSeed(11);
  const wide = Float64Array.from({ length: 20_000 }, () => 1.1 * standardNormal(rng));
  expect(kolmogorovSmirnov(wide, standardNormalCdf)).toBeGreaterThan(1);
  const shifted = wide.map((z) => z / 1.1 + 0.05);
  expect(kolmogorovSmirnov(shifted, standardNormalCdf)).toBeGreaterThan(1);
  const rate = 12;
  const mass = (count: number): number => Math.exp(count * Math.log(rate) - rate - logFactorial(count));
  const high = Float64Array.from({ length: 20_000 }, () => poissonVariate(rng, 1.02 * rate));
  expect(chiSquare(high, mass)).toBeGreaterThan(1);
});

test("chiSquare refuses what is not a count", () => {
  expect(() => chiSquare(Float64Array.of(1, 2.5, 2), () => 0.1)).toThrow("not a count");
});
