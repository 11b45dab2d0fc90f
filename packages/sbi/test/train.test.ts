import { type Progress, rngFromSeed } from "@poolish/core";
import { gamma, normal, poisson } from "@poolish/distributions";
import { estimatorFromBytes, estimatorToBytes } from "@poolish/estimators";
import { caughtError } from "@poolish/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { joinSimulations } from "../src/joinSimulations.ts";
import { nle } from "../src/nle.ts";
import { simulate } from "../src/simulate.ts";
import type { Simulations } from "../src/simulations.ts";
import type { Simulator } from "../src/simulator.ts";
import { train } from "../src/train.ts";
import type { Checkpoint } from "../src/training/checkpoint.ts";

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
      numDropped: 0,
      backend: expect.stringMatching(/^kernels, (simd128|relaxed-simd)$/),
    });
    const [history] = provenance.histories;
    const [keptEpoch] = provenance.keptEpochs;
    expect(history).toHaveLength(3);
    expect(-history[keptEpoch - 1].validation).toBeCloseTo(provenance.heldOutLogDensity, 12);
    expect(density).toMatchObject({ kind: "count-mixture", largestCount: Math.max(...simulations.x) });
    expect(estimator.parameters).toEqual(simulations.parameters);
    expect(estimator.trainingBox).toEqual({ rate: simulations.parameters[0].box });
    expect(estimator.columns).toEqual(simulations.columns);
  });

  test("TensorFlow.js can take the steps", async () => {
    const estimator = await train(short, simulations, { seed: 3, optimizer: "tensorflow" });
    expect(estimator.spec.provenance.backend).toMatch(/^TensorFlow\.js, /);
    // The same algorithm on the same batches: only rounding differs.
    const twin = (await train(short, simulations, { seed: 3 })).spec.provenance.histories[0];
    estimator.spec.provenance.histories[0].forEach(({ training, validation }, epoch) => {
      expect(training).toBeCloseTo(twin[epoch].training, 4);
      expect(validation).toBeCloseTo(twin[epoch].validation, 4);
    });
  });

  test("its file is read back with equal log-masses", async () => {
    const estimator = await train(short, simulations, { seed: 3 });
    const revived = estimatorFromBytes(estimatorToBytes(estimator));
    expect(revived.logProb([0, 5, 50], [8])).toEqual(estimator.logProb([0, 5, 50], [8]));
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

  test("no column; two columns that are one", async () => {
    expect(await refused({ columns: [], x: new Float64Array(0) })).toMatchObject({ kind: "input", field: "columns" });
    const columns = ["a", "b"].map((name) => ({ name, kind: "continuous" as const }));
    const x = Float64Array.from({ length: 4000 }, (_, i) => Math.sin(i >> 1) * (i % 2 === 0 ? 1 : -3));
    expect(await refused({ columns, x })).toMatchObject({ kind: "input", field: "b" });
  });

  test.each([-1, 2.5])("a count of %s, with its row", async (bad) => {
    expect(await refused({ x: simulations.x.with(17, bad) })).toMatchObject({ kind: "input", field: "chips", row: 17 });
  });

  test.each([Number.NaN, 0, -1])("a rate of %s, with its row", async (bad) => {
    const error = await refused({ theta: simulations.theta.with(17, bad) });
    expect(error).toMatchObject({ kind: "input", field: "rate", row: 17 });
  });

  test("a value beyond a declared bound, with its row wherever it is", async () => {
    const columns = [{ name: "time", kind: "continuous" as const, bounds: { lower: 0 } }];
    const positive = simulations.x.map((value) => value + 1);
    for (const row of [3, 444, 1999]) {
      const error = await refused({ columns, x: positive.with(row, -1) });
      expect(error).toMatchObject({ kind: "input", field: "time", row });
    }
  });

  test("a condition that is no number, with its row", async () => {
    const conditions = [{ name: "dose", kind: "continuous" as const }];
    const conditionValues = new Float64Array(2000).fill(1).with(9, Number.NaN);
    expect(await refused({ conditions, conditionValues })).toMatchObject({ kind: "input", field: "dose", row: 9 });
  });

  test.each([-1, 1.5])("a seed of %s", async (seed) => {
    expect(await caughtError(() => train(short, simulations, { seed }))).toMatchObject({
      kind: "input",
      field: "seed",
    });
  });
});

describe("failed simulations", () => {
  const failing = (share: number): Simulations => ({
    ...simulations,
    x: simulations.x.map((value, i) => (i % 100 < 100 * share ? Number.NaN : value)),
  });

  test("are left out with a warning, and counted", async () => {
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    const estimator = await train(short, failing(0.1), { seed: 1, onWarning });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("200 of 2000");
    expect(estimator.spec.provenance).toMatchObject({ numSimulations: 2000, numDropped: 200 });
  });

  test("are an error where they are more than half", async () => {
    const error = await caughtError(() => train(short, failing(0.6), { seed: 1 }));
    expect(error).toMatchObject({ kind: "input", field: "x", row: 0 });
  });
});

test("an interrupted ensemble goes on to the same weights", async () => {
  const recipe = nle({ numEpochs: 2, hidden: [8], batchSize: 100, numMembers: 2 });
  const checkpoints: Checkpoint[] = [];
  const onCheckpoint = (checkpoint: Checkpoint) => checkpoints.push(structuredClone(checkpoint));
  const whole = await train(recipe, simulations, { seed: 5, onCheckpoint });
  expect(checkpoints.map(({ member }) => member)).toEqual([0, 0, 1, 1]);
  for (const resume of checkpoints) {
    expect((await train(recipe, simulations, { seed: 5, resume })).weights).toEqual(whole.weights);
  }
});

test("a checkpoint is refused by another optimiser, and by another recipe", async () => {
  let resume: Checkpoint | undefined;
  const onCheckpoint = (checkpoint: Checkpoint) => {
    resume = checkpoint;
  };
  await train(short, simulations, { seed: 5, onCheckpoint });
  if (resume === undefined) throw new Error("there was no checkpoint");
  const [given, other] = [{ seed: 5, resume }, nle({ numEpochs: 2, hidden: [9], batchSize: 100 })];
  const byOther = await caughtError(() => train(short, simulations, { ...given, optimizer: "tensorflow" }));
  expect(byOther).toMatchObject({ kind: "input", field: "resume" });
  const unfinished = { ...given, resume: { ...resume, history: [], member: 0, finished: [] } };
  expect(await caughtError(() => train(other, simulations, unfinished))).toMatchObject({
    kind: "input",
    field: "resume",
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

describe("going on from an estimator", () => {
  const level: Simulator = {
    name: "level",
    parameters: ["level"],
    columns: [{ name: "x", kind: "continuous" }],
    simulate(rng, [mean], out) {
      out[0] = normal(mean, 1).sample(rng);
    },
  };
  const cases = [
    ["count-mixture", chips, { rate: gamma(2, 0.2) }, nle({ numEpochs: 3, hidden: [8], numMembers: 2 })],
    ["autoregressive", level, { level: normal(0, 1) }, nle({ numEpochs: 3, hidden: [8], numComponents: 2 })],
    ["mdn", level, { level: normal(0, 1) }, nle({ density: "mdn", numEpochs: 3, hidden: [8], numComponents: 2 })],
    ["maf", level, { level: normal(0, 1) }, nle({ density: "maf", numEpochs: 3, hidden: [8] })],
  ] as const;

  test.each(cases)("%s begins at its weights, under its standardisation", async (_, simulator, theirs, recipe) => {
    const first = await simulate({ simulator, prior: theirs, count: 1000, seed: 1 });
    const all = joinSimulations(first, await simulate({ simulator, prior: theirs, count: 1000, seed: 2 }));
    const from = await train(recipe, first, { seed: 1 });
    const still = nle({ numEpochs: 1, batchSize: 1000, learningRate: 1e-12 });
    const same = await train(still, all, { seed: 2, from });
    // One step of 1e-12 moves no weight by more than rounding (single precision).
    same.weights.forEach((weight, i) => {
      expect(Math.abs(weight - from.weights[i])).toBeLessThan(1e-6 * (1 + Math.abs(weight)));
    });
    expect(same.spec.features).toEqual(from.spec.features);
    expect(same.spec.numMembers).toBe(from.spec.numMembers);
    const better = await train(recipe, all, { seed: 2, from });
    expect(better.weights).not.toEqual(from.weights);
    expect(better.spec.provenance.numSimulations).toBe(2000);
  });

  test("refuses simulations of something else", async () => {
    const from = await train(short, simulations, { seed: 1 });
    const other = await simulate({ simulator: level, prior: { level: normal(0, 1) }, count: 300, seed: 1 });
    await expect(train(short, other, { seed: 1, from })).rejects.toMatchObject({ field: "parameters" });
    const columns = [{ name: "chips", kind: "continuous" as const }];
    await expect(train(short, { ...simulations, columns }, { seed: 1, from })).rejects.toMatchObject({
      field: "columns",
    });
  });
});
