import { type Progress, rngFromSeed } from "@poolish/core";
import { gamma, poisson } from "@poolish/distributions";
import { estimatorFromBytes, estimatorToBytes } from "@poolish/estimators";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { caughtError } from "../../estimators/test/support/caughtError.ts";
import { nle } from "../src/nle.ts";
import { simulate } from "../src/simulate.ts";
import type { Simulations } from "../src/simulations.ts";
import type { Simulator } from "../src/simulator.ts";
import { train } from "../src/train.ts";

const chips: Simulator = {
  name: "chips",
  parameters: ["rate"],
  columns: [{ name: "chips", kind: "count" }],
  simulate(rng, [rate], out) {
    out[0] = poisson(rate).sample(rng);
  },
};
const prior = { rate: gamma(2, 0.2) };
const short = nle({ numEpochs: 3, hidden: [8], batchSize: 100 });

let simulations: Simulations;
beforeAll(async () => {
  simulations = await simulate({ simulator: chips, prior, count: 2000, seed: 1 });
});

describe("train", () => {
  test("the same seed gives the same weights to the bit, another seed others", async () => {
    const first = await train(short, simulations, { seed: 3 });
    const again = await train(short, simulations, { seed: 3 });
    expect(again.weights).toEqual(first.weights);
    expect(again.spec).toEqual(first.spec);
    expect((await train(short, simulations, { seed: 4 })).weights).not.toEqual(first.weights);
  });

  test("says where the estimator comes from, and what it explains", async () => {
    const estimator = await train(short, simulations, { seed: 3 });
    const { provenance, density } = estimator.spec;
    expect(provenance).toMatchObject({
      simulator: "chips",
      simulationSeed: 1,
      numSimulations: 2000,
      trainingSeed: 3,
      backend: tf.getBackend(),
    });
    expect(["tensorflow", "wasm", "cpu"]).toContain(provenance.backend);
    expect(provenance.history).toHaveLength(3);
    expect(provenance.history[provenance.keptEpoch].validation).toBe(-provenance.heldOutLogDensity);
    expect(density.largestCount).toBe(Math.max(...simulations.x));
    expect(estimator.parameters).toEqual(simulations.parameters);
    expect(estimator.trainingBox).toEqual({ rate: simulations.parameters[0].box });
    expect(estimator.columns).toEqual(simulations.columns);
  });

  test("its file is read back with equal log-masses", async () => {
    const estimator = await train(short, simulations, { seed: 3 });
    const revived = estimatorFromBytes(estimatorToBytes(estimator));
    expect(revived.logProb([0, 5, 50], [8])).toEqual(estimator.logProb([0, 5, 50], [8]));
  });

  test("tensors do not pile up", async () => {
    const before = tf.memory().numTensors;
    await train(short, simulations, { seed: 3 });
    expect(tf.memory().numTensors).toBe(before);
  });

  test("no hidden layer, one component, most held out: still a density", async () => {
    const recipe = nle({ hidden: [], numComponents: 1, numEpochs: 2, validationFraction: 0.9999 });
    const few = await simulate({ simulator: chips, prior, count: 200, seed: 2 });
    const estimator = await train(recipe, few, { seed: 1 });
    const counts = Array.from({ length: 5000 }, (_, k) => k);
    const total = estimator.logProb(counts, [8]).reduce((sum, value) => sum + Math.exp(value), 0);
    expect(total).toBeGreaterThan(0.99);
    expect(total).toBeLessThanOrEqual(1 + 1e-9);
  });

  test("reports each epoch, and can be cancelled", async () => {
    const reports: Progress[] = [];
    await train(short, simulations, { seed: 3, onProgress: (progress) => reports.push(progress) });
    expect(reports.map(({ done, total }) => `${done}/${total}`)).toEqual(["1/3", "2/3", "3/3"]);
    const signal = AbortSignal.abort();
    expect(await caughtError(() => train(short, simulations, { seed: 3, signal }))).toMatchObject({
      kind: "cancelled",
    });
  });
});

describe("simulations that cannot be learned from are typed errors", () => {
  const refused = (change: Partial<Simulations>) =>
    caughtError(() => train(short, { ...simulations, ...change }, { seed: 1 }));

  test("too few", async () => {
    const few = await simulate({ simulator: chips, prior, count: 199, seed: 1 });
    const error = await caughtError(() => train(short, few, { seed: 1 }));
    expect(error).toMatchObject({ kind: "input", field: "count" });
    expect(error.remedy).toContain("200");
  });

  test("a constant column", async () => {
    expect(await refused({ x: new Float64Array(2000).fill(4) })).toMatchObject({ kind: "input", field: "chips" });
  });

  test("columns of other kinds, none, or two", async () => {
    const count = { name: "chips", kind: "count" } as const;
    for (const columns of [[], [{ name: "rt", kind: "continuous" } as const], [count, count]]) {
      expect(await refused({ columns })).toMatchObject({ kind: "input", field: "columns" });
    }
  });

  test.each([Number.NaN, -1, 2.5])("a count of %s, with its row", async (bad) => {
    expect(await refused({ x: simulations.x.with(17, bad) })).toMatchObject({ kind: "input", field: "chips", row: 17 });
  });

  test.each([Number.NaN, 0, -1])("a rate of %s, with its row", async (bad) => {
    const error = await refused({ theta: simulations.theta.with(17, bad) });
    expect(error).toMatchObject({ kind: "input", field: "rate", row: 17 });
  });

  test.each([-1, 1.5])("a seed of %s", async (seed) => {
    expect(await caughtError(() => train(short, simulations, { seed }))).toMatchObject({
      kind: "input",
      field: "seed",
    });
  });
});

test("a step size that is too large for the data ends in a typed error, or in finite weights", async () => {
  // Extreme weights overflow the mixture's scale: whatever happens, no NaN reaches an estimator.
  const recipe = nle({ numEpochs: 3, hidden: [8], batchSize: 100, learningRate: 0.99 });
  const outcome = await train(recipe, simulations, { seed: 1 }).then(
    (estimator) => estimator.weights.every(Number.isFinite),
    (error: { readonly kind: string }) => error.kind === "numerical",
  );
  expect(outcome).toBe(true);
});

test("draws of a trained estimator are counts", async () => {
  const estimator = await train(short, simulations, { seed: 3 });
  const draws = estimator.sample(rngFromSeed(1), [8], 200);
  expect(draws.every((draw) => Number.isInteger(draw) && draw >= 0)).toBe(true);
});
