import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rngFromSeed } from "@poolish/core";
import { estimatorFromBytes, estimatorToBytes, paths, type VectorFieldEstimator } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { expectRefusal, expectRejection } from "@poolish/testkit";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { selectBackend } from "../../src/backend.ts";
import type { EmbeddingChoice } from "../../src/embedding/embeddingChoice.ts";
import { simulate, train, uniform, vectorField } from "../../src/index.ts";
import { loadEstimator, saveEstimator } from "../../src/node/index.ts";
import type { Simulator } from "../../src/simulator.ts";
import { createEmbeddedFieldTrainer } from "../../src/vectorField/createEmbeddedFieldTrainer.ts";
import { fieldLoss } from "../../src/vectorField/fieldLoss.ts";
import { fieldObservations } from "../../src/vectorField/fieldObservations.ts";
import { initialFieldWeights } from "../../src/vectorField/initialFieldWeights.ts";
import { CONTINUOUS } from "../support/continuousColumn.ts";
import { exactPosterior, gaussianMean, gaussianPrior, momentsOf } from "../support/gaussianMean.ts";

const sets = await simulate({ simulator: gaussianMean, prior: gaussianPrior, count: 3000, seed: 1, trials: [1, 6] });
const SMALL = { hidden: [32, 32], numEpochs: 15, batchSize: 50 } as const;
const set: EmbeddingChoice = { kind: "set", hidden: [16], numSummaries: 3 };

test("the gradient in both networks' weights is that of finite differences", async () => {
  const few = await simulate({ simulator: gaussianMean, prior: gaussianPrior, count: 12, seed: 2, trials: [1, 3] });
  const all = Int32Array.from({ length: few.count }, (_, i) => i);
  const { numFeatures, trained } = await fieldObservations(few, all, set);
  if (trained === undefined) throw new Error("a set is embedded");
  const spec = {
    kind: "vector-field",
    columns: [CONTINUOUS],
    numFeatures,
    numConditions: 0,
    path: "flow-matching",
    rowHidden: [5],
    numSummaries: 2,
    hidden: [8, 8],
    activation: "silu",
    numSteps: 4,
    gridError: 0,
  } as const;
  const noBaseline = {
    slope: new Float64Array(numFeatures),
    intercept: new Float64Array(1),
    factor: Float64Array.of(1),
  };
  const field = initialFieldWeights(rngFromSeed(3), spec, noBaseline).map((weight, i) => weight + 0.2 * Math.sin(i));
  const trainer = createEmbeddedFieldTrainer({
    spec,
    simulations: { count: few.count, z: few.theta, features: new Float64Array(0), conditions: new Float64Array(0) },
    initial: Float32Array.from([...trained.initial(rngFromSeed(4)), ...field]),
    decays: [],
    rng: rngFromSeed(5),
    loss: fieldLoss(paths["flow-matching"], "turn"),
    maxBatch: few.count,
    embedding: trained.create(few.count),
    observe: trained.createObserve(few.count),
  });
  const { initial } = trainer;
  const gradient = new Float32Array(initial.length);
  trainer.lossAndGradient(initial, all, gradient);
  const largest = gradient.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const step = 1e-2;
  const loss = (i: number, by: number): number =>
    trainer.lossAndGradient(
      initial.map((each, k) => (k === i ? each + by : each)),
      all,
      new Float32Array(initial.length),
    );
  const numBaseline = numFeatures + 2;
  const isBaseline = (i: number): boolean => i >= trained.numWeights && i < trained.numWeights + numBaseline;
  let numEmbedding = 0;
  for (let i = 0; i < initial.length; i += 2) {
    if (isBaseline(i)) continue;
    const numeric = (8 * (loss(i, step) - loss(i, -step)) - (loss(i, 2 * step) - loss(i, -2 * step))) / (12 * step);
    expect(Math.abs(gradient[i] - numeric)).toBeLessThan(3e-3 * largest);
    if (i < trained.numWeights && Math.abs(gradient[i]) > 0.01 * largest) numEmbedding++;
  }
  expect(numEmbedding).toBeGreaterThan(5);
});

test("a set's embedding is trained with the field: the posterior of each set, in its file, too", async () => {
  const notices: string[] = [];
  const field = await train(vectorField(SMALL), sets, { seed: 1, onNotice: (line) => notices.push(line) });
  expect(notices).toEqual(['x is a set of 1 to 6 trials, whose order does not count (embedding "set").']);
  for (const x of [[0.5], [1.2, -0.3, 0.8, 0.6, 1.5]]) {
    const exact = exactPosterior(x);
    const { mean, sd } = momentsOf(field.sample(rngFromSeed(2), [x], 2000));
    // A short training of 3,000 sets: a quarter of a posterior sd; the prior's is 1.4 to 2.4 of them.
    expect(Math.abs(mean - exact.mean)).toBeLessThan(0.25 * exact.sd);
    expect(Math.abs(sd / exact.sd - 1)).toBeLessThan(0.2);
    const own = field.logProb([exact.mean], [x])[0];
    expect(Math.abs(own + Math.log(exact.sd * Math.sqrt(2 * Math.PI)))).toBeLessThan(0.25);
    const gridded = field.at(x).logDensityAndGradient(Float64Array.of(exact.mean), new Float64Array(1));
    expect(Math.abs(gridded - own)).toBeLessThan(0.005 + 5 * field.spec.density.gridError);
  }
  const revived = estimatorFromBytes<VectorFieldEstimator>(estimatorToBytes(field));
  expect(revived.sample(rngFromSeed(1), [[1, 2]], 3)).toEqual(field.sample(rngFromSeed(1), [[1, 2]], 3));
});

test("each member has an embedding of its own, and draws and densities use it", async () => {
  const recipe = vectorField({ ...SMALL, numEpochs: 6, numMembers: 2, embedding: set });
  const two = await train(recipe, sets, { seed: 1 });
  const half = two.weights.length / 2;
  const members = [0, 1].map((k) =>
    estimatorFromBytes<VectorFieldEstimator>(
      estimatorToBytes({
        spec: { ...two.spec, numMembers: 1 },
        weights: two.weights.slice(k * half, (k + 1) * half),
      } as VectorFieldEstimator),
    ),
  );
  const x = [[0.5, 1, 0.2]];
  expect(members[0].summaries(x)).not.toEqual(members[1].summaries(x));
  const [a, b] = members.map((member) => Math.exp(member.logProb([0.3], x)[0]));
  expect(two.logProb([0.3], x)[0]).toBeCloseTo(Math.log(0.5 * (a + b)), 4);
  const exact = exactPosterior(x[0]);
  const { mean } = momentsOf(two.sample(rngFromSeed(1), x, 2000));
  expect(Math.abs(mean - exact.mean)).toBeLessThan(0.4 * exact.sd);
});

const LENGTH = 44;

/** A step of height 3 at an unknown place of a noisy series: given x, its place is known to about one position. */
const place: Simulator = {
  parameters: ["place"],
  columns: Array.from({ length: LENGTH }, (_, t) => ({ name: `x${t}`, kind: "continuous" })),
  simulate(rng, [at], out) {
    for (let t = 0; t < LENGTH; t++) out[t] = (t > at ? 3 : 0) + standardNormal(rng);
  },
};

test("convolutions that are trained with the field find the place of a step", async () => {
  const series = await simulate({ simulator: place, prior: { place: uniform(0, LENGTH) }, count: 1500, seed: 1 });
  const recipe = vectorField({ ...SMALL, embedding: "conv1d" });
  const field = await train(recipe, series, { seed: 1 });
  const rng = rngFromSeed(2);
  for (const at of [8.5, 21.5, 36.5]) {
    const x = Float64Array.from({ length: LENGTH }, (_, t) => (t > at ? 3 : 0) + standardNormal(rng));
    const { mean, sd } = momentsOf(field.sample(rng, x, 500));
    // As npe's test has it: a seventh of the prior's width, whose standard deviation is 12.7.
    expect(sd).toBeLessThan(LENGTH / 7);
    expect(Math.abs(mean - at)).toBeLessThan(LENGTH / 7);
  }
});

test("a network of TensorFlow.js is trained with the field, and its file rebuilds it", async () => {
  await selectBackend();
  const series = await simulate({ simulator: place, prior: { place: uniform(0, LENGTH) }, count: 300, seed: 1 });
  const initializer = tf.initializers.glorotUniform({ seed: 1 });
  const layer = tf.layers.dense({ inputShape: [LENGTH], units: 4, activation: "tanh", kernelInitializer: initializer });
  const embedding = { kind: "layers", model: tf.sequential({ layers: [layer] }) } as const;
  const small = { ...SMALL, numEpochs: 4, embedding } as const;
  const field = await train(vectorField(small), series, { seed: 1 });
  const path = join(await mkdtemp(join(tmpdir(), "poolish-")), "estimator.safetensors");
  await saveEstimator(path, field);
  const revived = await loadEstimator<VectorFieldEstimator>(path);
  const x = series.x.slice(0, LENGTH);
  expect(revived.sample(rngFromSeed(1), x, 3)).toEqual(field.sample(rngFromSeed(1), x, 3));
  await expectRejection(() => train(vectorField({ ...small, numMembers: 2 }), series, { seed: 1 }), {
    kind: "input",
    field: "numMembers",
  });
  expectRefusal(() => vectorField({ embedding: field as never }), { kind: "input", field: "embedding" });
});

test("embeddings that do not fit are refused", async () => {
  await expectRejection(() => train(vectorField({ embedding: "mlp" }), sets, { seed: 1 }), {
    kind: "input",
    field: "embedding",
  });
  expectRefusal(() => vectorField({ embedding: "lstm" as "mlp" }), { kind: "input", field: "embedding" });
  for (const embedding of ["layers", { kind: "layers" }, { kind: "layers", model: {} }]) {
    expectRefusal(() => vectorField({ embedding: embedding as EmbeddingChoice }), {
      kind: "input",
      field: "embedding.model",
    });
  }
  expectRefusal(() => vectorField({ target: "likelihood", embedding: "mlp" }), { kind: "input", field: "embedding" });
});
