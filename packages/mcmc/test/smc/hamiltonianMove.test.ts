import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { blockSize, countBlocks } from "../../src/smc/blocks.ts";
import { createBlockWorker } from "../../src/smc/blockWorker.ts";
import { initialTuning, type MoveTuning } from "../../src/smc/moveTuning.ts";
import { createParticles, type Particles } from "../../src/smc/particles.ts";
import type { SmcTask } from "../../src/smc/smcTask.ts";
import { summarizeSweep } from "../../src/smc/sweepSummary.ts";
import { logNormals, withNormalPrior } from "./fixtures.ts";

const DIM = 2;
const IDENTITY = Float64Array.of(1, 0, 0, 1);
/** Normal(0, 1) prior, one observation at 1 with noise 1: at temperature t the posterior is Normal(t / (1 + t), 1 / (1 + t)). */
const density = withNormalPrior(DIM, 1, (position, gradient) => logNormals(position, 1, 1, gradient));

/** A population drawn exactly from the tempered target, and its worker. */
function equilibrium(count: number, temperature: number) {
  const particles = createParticles({ count, dim: DIM, numGroups: 1, numBlocks: countBlocks(count) });
  const exact: typeof density = {
    ...density,
    samplePrior(rng, position) {
      for (let j = 0; j < DIM; j++)
        position[j] = temperature / (1 + temperature) + standardNormal(rng) / Math.sqrt(1 + temperature);
    },
  };
  const worker = createBlockWorker(exact, rngFromSeed(1), particles);
  const runAll = (task: SmcTask, blocks = Array.from({ length: countBlocks(count) }, (_, b) => b)) => {
    for (const block of blocks) worker.run(task, block);
  };
  runAll({ kind: "draw" });
  return { particles, runAll };
}

const moveTask = (sweep: number, temperature: number, tuning: MoveTuning = initialTuning(DIM)): SmcTask => {
  return { kind: "move", sweep, temperature, mass: IDENTITY, tuning };
};
/** Two components, neither of which is the target. */
const mixture = {
  dim: DIM,
  weights: Float64Array.of(0.3, 0.7),
  means: Float64Array.of(-1, 0, 1, 0.5),
  factors: Float64Array.of(1, 0, 0.5, 1, 1.25, 0, 0, 1),
  whiteners: Float64Array.of(1, 0, -0.5, 1, 0.8, 0, 0, 1),
};

/** First and second moments of independent particles at `temperature`, k = 5. */
function expectTarget({ positions, count }: Particles, temperature: number): void {
  const mean = temperature / (1 + temperature);
  const variance = 1 / (1 + temperature);
  const sum = positions.reduce((total, x) => total + x - mean, 0) / (2 * count);
  const squares = positions.reduce((total, x) => total + (x - mean) ** 2, 0) / (2 * count);
  expect(Math.abs(sum)).toBeLessThan(5 * Math.sqrt(variance / (2 * count)));
  expect(Math.abs(squares - variance)).toBeLessThan(5 * variance * Math.sqrt(2 / (2 * count)));
}

test("the order of blocks does not matter", () => {
  const positions = [undefined, [3, 1, 0, 2, 5, 4, 11, 10, 9, 8, 7, 6]].map((order) => {
    const { particles, runAll } = equilibrium(300, 1);
    expect(countBlocks(300)).toBe(12);
    for (let sweep = 0; sweep < 3; sweep++) runAll(moveTask(sweep, 1), order);
    runAll({ kind: "jump", jump: 0, temperature: 1, mixture }, order);
    return particles.positions;
  });
  expect(positions[1]).toStrictEqual(positions[0]);
});

test.each<[string, MoveTuning]>([
  ["small steps", { stepSize: 0.3, numSteps: 2 }],
  ["steps at the edge of stability, where most energy errors are large", { stepSize: 1.6, numSteps: 4 }],
])("keeps the tempered target: %s", (_, tuning) => {
  const count = 8000;
  const { particles, runAll } = equilibrium(count, 0.5);
  const before = particles.positions.slice();
  for (let sweep = 0; sweep < 6; sweep++) runAll(moveTask(sweep, 0.5, tuning));
  const { acceptanceRate, efficiency } = summarizeSweep(particles, new Float64Array(count).fill(1 / count), tuning, 5);
  expect(acceptanceRate).toBeLessThan(1);
  expect(efficiency.every((value) => value > 0)).toBe(true);
  expect(particles.positions.filter((x, i) => x !== before[i]).length).toBeGreaterThan(count);
  expectTarget(particles, 0.5);
});

test("jumps from a mixture keep the tempered target", () => {
  const { particles, runAll } = equilibrium(8000, 0.5);
  const before = particles.positions.slice();
  for (let jump = 0; jump < 6; jump++) runAll({ kind: "jump", jump, temperature: 0.5, mixture });
  expect(particles.positions.filter((x, i) => x !== before[i]).length).toBeGreaterThan(8000);
  expectTarget(particles, 0.5);
});

test("what is kept of a particle belongs to its position", () => {
  const { particles, runAll } = equilibrium(50, 1);
  for (let sweep = 0; sweep < 4; sweep++) runAll(moveTask(sweep, 1));
  runAll({ kind: "jump", jump: 0, temperature: 1, mixture });
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
  const { particles, runAll } = equilibrium(20, 1);
  particles.logLikelihood[7] = -Infinity;
  const before = particles.positions.slice(14, 16);
  for (let sweep = 0; sweep < 9; sweep++) runAll(moveTask(sweep, 1));
  expect(particles.positions.slice(14, 16)).toStrictEqual(before);
});

test("blocks follow from the number of particles", () => {
  expect([200, 400, 10_000].map((count) => [blockSize(count), countBlocks(count)])).toEqual([
    [17, 12],
    [34, 12],
    [256, 40],
  ]);
});
