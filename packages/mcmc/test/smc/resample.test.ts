import { rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { createParticles, type Particles } from "../../src/smc/particles.ts";
import { resampleAll, resampleGroups } from "../../src/smc/resample.ts";
import { normaliseWeights } from "../../src/smc/weights.ts";

const shape = { count: 6, dim: 1, numGroups: 2, numBlocks: 1 };

function population(weights: readonly number[]): { particles: Particles; spare: Particles; normalised: Float64Array } {
  const source = createParticles(shape);
  source.positions.set([0, 1, 2, 3, 4, 5]);
  source.logWeights.set(weights.map(Math.log));
  const normalised = new Float64Array(6);
  normaliseWeights(source.logWeights, normalised);
  return { particles: source, spare: createParticles(shape), normalised };
}

test("groups keep their total weight, and their particles to themselves", () => {
  const { particles, spare, normalised } = population([1, 2, 0, 6, 0, 3]);
  const ancestors = new Int32Array(6);
  resampleGroups(particles, normalised, rngFromSeed(1), spare, ancestors);
  expect([...ancestors.subarray(0, 3)].every((a) => a === 0 || a === 1)).toBe(true);
  expect([...ancestors.subarray(3)].sort()).toEqual([3, 3, 5]);
  expect([...particles.positions]).toEqual([...ancestors]);
  for (const [i, mean] of [1, 1, 1, 3, 3, 3].entries()) expect(Math.exp(particles.logWeights[i])).toBeCloseTo(mean, 12);
});

test("a group that has died out stays so", () => {
  const { particles, spare, normalised } = population([0, 0, 0, 1, 1, 1]);
  resampleGroups(particles, normalised, rngFromSeed(1), spare, new Int32Array(6));
  expect([...particles.logWeights]).toEqual([-Infinity, -Infinity, -Infinity, 0, 0, 0]);
});

test("resampling all of them makes weights equal across groups", () => {
  const { particles, spare, normalised } = population([1, 1, 1, 0, 3, 0]);
  const ancestors = new Int32Array(6);
  resampleAll(particles, normalised, rngFromSeed(1), spare, ancestors);
  expect([...ancestors]).toEqual([0, 1, 2, 4, 4, 4]);
  expect(new Set(particles.logWeights).size).toBe(1);
});
