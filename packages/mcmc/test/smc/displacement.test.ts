import { expect, test } from "vitest";
import { hasSettled, meanDisplacement } from "../../src/smc/displacement.ts";
import { createParticles } from "../../src/smc/particles.ts";

test("the mean displacement is weighted, for each coordinate", () => {
  const particles = createParticles({ count: 2, dim: 2, numGroups: 1, numBlocks: 1 });
  particles.positions.set([1, 2, 3, 4]);
  const mean = Float64Array.of(9, 9);
  meanDisplacement(particles, Float64Array.of(2, 2, 3, -4), Float64Array.of(0.25, 0.75), mean);
  expect([...mean]).toEqual([0.25, 6]);
});

test("settled is when no coordinate grows by 10 %", () => {
  const previous = Float64Array.of(1, 10);
  expect(hasSettled(previous, Float64Array.of(1.09, 9))).toBe(true);
  expect(hasSettled(previous, Float64Array.of(1.09, 11.1))).toBe(false);
});

test("never before anything has moved", () => {
  expect(hasSettled(Float64Array.of(0), Float64Array.of(0))).toBe(false);
});
