import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { unitMetric } from "../../src/metric.ts";
import { createHamiltonianSweep } from "../../src/smc/hamiltonianSweep.ts";
import { initialTuning, type MoveTuning } from "../../src/smc/moveTuning.ts";
import type { Particles } from "../../src/smc/particles.ts";
import { drawPopulation, emptyPopulation } from "../../src/smc/population.ts";
import { createTemperedTarget } from "../../src/smc/temperedTarget.ts";
import { logNormals, withNormalPrior } from "./fixtures.ts";

const DIM = 2;
/** Normal(0, 1) prior, one observation at 1 with noise 1: at temperature t the posterior is Normal(t / (1 + t), 1 / (1 + t)). */
const density = withNormalPrior(DIM, 1, (position, gradient) => logNormals(position, 1, 1, gradient));

/** A population drawn exactly from the tempered target. */
function equilibrium(
  count: number,
  temperature: number,
): { particles: Particles; target: ReturnType<typeof createTemperedTarget> } {
  const target = createTemperedTarget(density);
  target.temperature = temperature;
  const exact = {
    ...density,
    samplePrior(rng: Parameters<typeof density.samplePrior>[0], position: Float64Array) {
      for (let j = 0; j < DIM; j++)
        position[j] = temperature / (1 + temperature) + standardNormal(rng) / Math.sqrt(1 + temperature);
    },
  };
  const particles = emptyPopulation(DIM, count, rngFromSeed(1));
  expect(drawPopulation(exact, target, particles, 0, count)).toBe(true);
  return { particles, target };
}

function sweepInBlocks(blocks: readonly [number, number][]): Particles {
  const { particles, target } = equilibrium(300, 1);
  const sweep = createHamiltonianSweep(target, 300);
  for (let number = 0; number < 3; number++) {
    for (const [from, to] of blocks) sweep.move(particles, unitMetric(DIM), initialTuning(DIM), number, from, to);
  }
  return particles;
}

test("the order and size of blocks do not matter", () => {
  const whole = sweepInBlocks([[0, 300]]);
  const split = sweepInBlocks([
    [200, 300],
    [0, 77],
    [77, 200],
  ]);
  expect(split.positions).toStrictEqual(whole.positions);
  expect(split.logLikelihood).toStrictEqual(whole.logLikelihood);
});

test.each<[string, MoveTuning]>([
  ["small steps", { stepSize: 0.3, numSteps: 2 }],
  ["steps at the edge of stability, where most energy errors are large", { stepSize: 1.6, numSteps: 4 }],
])("keeps the tempered target: %s", (_, tuning) => {
  const count = 8000;
  const temperature = 0.5;
  const { particles, target } = equilibrium(count, temperature);
  const before = particles.positions.slice();
  const sweep = createHamiltonianSweep(target, count);
  const weights = new Float64Array(count).fill(1 / count);
  for (let number = 0; number < 6; number++) sweep.move(particles, unitMetric(DIM), tuning, number, 0, count);
  const { acceptanceRate, efficiency } = sweep.summary(weights, tuning, 5);
  expect(acceptanceRate).toBeLessThan(1);
  expect(efficiency.every((value) => value > 0)).toBe(true);
  expect(particles.positions.filter((x, i) => x !== before[i]).length).toBeGreaterThan(count);
  const mean = temperature / (1 + temperature);
  const variance = 1 / (1 + temperature);
  const sum = particles.positions.reduce((total, x) => total + x - mean, 0) / (2 * count);
  const squares = particles.positions.reduce((total, x) => total + (x - mean) ** 2, 0) / (2 * count);
  // Independent particles, k = 5.
  expect(Math.abs(sum)).toBeLessThan(5 * Math.sqrt(variance / (2 * count)));
  expect(Math.abs(squares - variance)).toBeLessThan(5 * variance * Math.sqrt(2 / (2 * count)));
});

test("what it keeps of a particle belongs to its position", () => {
  const { particles, target } = equilibrium(50, 1);
  const sweep = createHamiltonianSweep(target, 50);
  for (let number = 0; number < 4; number++) sweep.move(particles, unitMetric(DIM), initialTuning(DIM), number, 0, 50);
  const gradient = new Float64Array(DIM);
  for (let i = 0; i < 50; i++) {
    const at = i * DIM;
    const position = particles.positions.slice(at, at + DIM);
    expect(particles.logPrior[i]).toBe(density.logPrior(position, gradient));
    expect(particles.priorGradients.slice(at, at + DIM)).toStrictEqual(gradient);
    expect(particles.logLikelihood[i]).toBe(density.logLikelihood(position, gradient));
    expect(particles.likelihoodGradients.slice(at, at + DIM)).toStrictEqual(gradient);
  }
});

test("particles of likelihood 0 stay", () => {
  const { particles, target } = equilibrium(20, 1);
  particles.logLikelihood[7] = -Infinity;
  const before = particles.positions.slice(14, 16);
  const sweep = createHamiltonianSweep(target, 20);
  for (let number = 0; number < 9; number++) sweep.move(particles, unitMetric(DIM), initialTuning(DIM), number, 0, 20);
  expect(particles.positions.slice(14, 16)).toStrictEqual(before);
});
