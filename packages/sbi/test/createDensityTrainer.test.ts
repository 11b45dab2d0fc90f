import { rngFromSeed } from "@poolish/core";
import { createDensity, type DensitySpec, numDensityWeights } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { createDensityTrainer } from "../src/createDensityTrainer.ts";
import { createKernelAdam } from "../src/training/kernelAdam.ts";
import { CONTINUOUS } from "./support/continuousColumn.ts";

const COUNT = 60;
const BATCH = 16;
const spec: DensitySpec = {
  kind: "autoregressive",
  columns: [CONTINUOUS, CONTINUOUS],
  numFeatures: 2,
  numConditions: 0,
  isCoupled: true,
  numComponents: 3,
  trunk: { hidden: [8, 8], activation: "silu" },
  branch: { hidden: [6], activation: "silu" },
};

const rng = rngFromSeed(1);
const normals = (length: number, scale = 1) => Float64Array.from({ length }, () => scale * standardNormal(rng));
const simulations = {
  count: COUNT,
  features: normals(COUNT * 2),
  columns: [normals(COUNT), normals(COUNT)],
  conditions: new Float64Array(0),
  logJacobian: normals(COUNT),
};
const initial = Float32Array.from(normals(numDensityWeights(spec), 0.3));
const all = Int32Array.from({ length: COUNT }, (_, i) => i);

/** A few steps, with a look at the held-out log-densities of the averages between them. */
function trained(isInPlace: boolean) {
  const { memory, ...flat } = createDensity(spec, BATCH, BATCH);
  const density = isInPlace && memory !== undefined ? { ...flat, memory } : flat;
  // The first block: 2 × 8 numbers.
  const decays = [{ from: 0, end: 16, rate: 2 }];
  const trainer = createDensityTrainer({ density, simulations, initial, decays, maxBatch: BATCH });
  const settings = { beta2: 0.99, epsilon: 1e-8, clipNorm: Infinity, averaging: 0.9 };
  const optimizer = createKernelAdam(trainer, settings);
  const losses: number[] = [];
  const heldOut = new Float64Array(COUNT);
  for (let step = 0; step < 6; step++) {
    losses.push(optimizer.step(all.subarray(step * 8, step * 8 + BATCH), 0.01));
    trainer.logDensities(optimizer.averages(), all, heldOut);
  }
  return { losses, heldOut, weights: trainer.weights(optimizer.averages()), trainer };
}

test("in place or over flat weights, training goes the same way, to the bit", () => {
  const inPlace = trained(true);
  const flat = trained(false);
  expect(inPlace.losses).toEqual(flat.losses);
  expect(inPlace.heldOut).toEqual(flat.heldOut);
  expect(inPlace.weights).toEqual(flat.weights);
  expect(inPlace.weights).not.toEqual(initial);
  expect(inPlace.trainer.memory).toBeDefined();
  expect(flat.trainer.memory).toBeUndefined();
});

test("decays cover the same weights where they lie", () => {
  const density = createDensity(spec, BATCH, BATCH);
  const { memory } = density;
  if (memory === undefined) throw new Error("the density has no memory");
  const trainer = createDensityTrainer({
    density,
    simulations,
    initial,
    decays: [{ from: 0, end: 16, rate: 1 }],
    maxBatch: BATCH,
  });
  const [{ from, end }] = trainer.decays;
  const covered = Array.from(memory.positions, (position) => position >= from && position < end);
  expect(covered).toEqual(Array.from(initial, (_, i) => i < 16));
  expect([...trainer.weights(trainer.initial)]).toEqual([...initial]);
});

test("the loss is the mean negative log-density", () => {
  const { trainer } = trained(false);
  const logTerms = new Float64Array(BATCH);
  const batch = all.subarray(0, BATCH);
  trainer.logDensities(initial, batch, logTerms);
  const loss = trainer.lossAndGradient(initial, batch, new Float32Array(initial.length));
  expect(loss).toBeCloseTo(-logTerms.reduce((sum, value) => sum + value / BATCH, 0), 12);
});
