import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rngFromSeed } from "@poolish/core";
import { estimatorFromBytes, estimatorToBytes, type PosteriorEstimator } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { expectRefusal, expectRejection } from "@poolish/testkit";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../../src/backend.ts";
import { createLayersEmbedding, layersWeights, requireGradients } from "../../src/embedding/layersEmbedding.ts";
import { loadEstimator, saveEstimator } from "../../src/node/index.ts";
import { npe } from "../../src/npe/npe.ts";
import { simulate } from "../../src/simulate.ts";
import type { Simulator } from "../../src/simulator.ts";
import { train } from "../../src/train.ts";
import { gaussianPrior, momentsOf } from "../support/gaussianMean.ts";

beforeAll(async () => {
  await selectBackend();
});

/** From [12] or [6, 2] to [3]. */
function exampleModel(isSeries: boolean): tf.LayersModel {
  const last = tf.layers.dense({ units: 3, kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }) });
  const initializer = tf.initializers.glorotUniform({ seed: 4 });
  const first = isSeries
    ? [
        tf.layers.conv1d({ inputShape: [6, 2], filters: 4, kernelSize: 3, kernelInitializer: initializer }),
        tf.layers.flatten(),
      ]
    : [tf.layers.dense({ inputShape: [12], units: 5, activation: "tanh", kernelInitializer: initializer })];
  return tf.sequential({ layers: [...first, last] });
}

describe.each([false, true])("a model, series: %s", (isSeries) => {
  test("its gradient is that of finite differences, and is ADDED", async () => {
    const model = exampleModel(isSeries);
    await requireGradients(model);
    const embedding = createLayersEmbedding(model);
    const weights = layersWeights(model);
    expect(embedding.numWeights).toBe(weights.length);
    const rng = rngFromSeed(1);
    const values = Float64Array.from({ length: 2 * 12 }, () => standardNormal(rng));
    const inputs = { numObservations: 2, values, observationOfTrial: Int32Array.of(0, 1) };
    const adjoint = Float64Array.of(1, -2, 0.5, 0.3, 1, -1);
    const summaries = new Float64Array(6);
    const total = (given: Float32Array): number => {
      embedding.setWeights(given);
      embedding.evaluate(inputs, summaries);
      return summaries.reduce((sum, value, i) => sum + value * adjoint[i], 0);
    };
    total(weights);
    const gradient = new Float32Array(weights.length).fill(1);
    embedding.pullback(adjoint, gradient);
    for (let w = 0; w < weights.length; w += 7) {
      const moved = (by: number): Float32Array => weights.map((value, i) => (i === w ? value + by : value));
      const slope = (total(moved(0.02)) - total(moved(-0.02))) / 0.04;
      expect(Math.abs(gradient[w] - 1 - slope)).toBeLessThan(3e-3 * Math.max(1, Math.abs(slope)));
    }
  });
});

/** Twelve readings of one mean. */
const readings: Simulator = {
  parameters: ["mu"],
  columns: Array.from({ length: 12 }, (_, i) => ({ name: `x${i}`, kind: "continuous" })),
  simulate(rng, [mu], out) {
    for (let i = 0; i < 12; i++) out[i] = mu + standardNormal(rng);
  },
};

test("a posterior learns through it; its file rebuilds it; a density at x needs no TensorFlow.js", async () => {
  const simulations = await simulate({ simulator: readings, prior: gaussianPrior, count: 1000, seed: 1 });
  const model = exampleModel(false);
  const before = layersWeights(model);
  const recipe = npe({ embedding: { kind: "layers", model }, density: "autoregressive", numEpochs: 8, batchSize: 50 });
  const estimator = await train(recipe, simulations, { seed: 1 });
  expect(layersWeights(model)).toEqual(before);
  const x = Float64Array.from({ length: 12 }, (_, i) => 1 + 0.1 * i);
  const exact = x.reduce((sum, value) => sum + value, 0) / 13;
  const { mean, sd } = momentsOf(estimator.sample(rngFromSeed(1), x, 2000));
  // A short training of 1,000 simulations: half a posterior sd (.28), against a prior sd of 1.
  expect(Math.abs(mean - exact)).toBeLessThan(0.14);
  expect(sd).toBeLessThan(0.45);

  const path = join(await mkdtemp(join(tmpdir(), "poolish-")), "estimator.safetensors");
  await saveEstimator(path, estimator);
  const revived = await loadEstimator<PosteriorEstimator>(path);
  expect(revived.logProb([0.5], x)).toEqual(estimator.logProb([0.5], x));

  const { bytes, x: summaries } = structuredClone(estimator.at(x).toDescriptor());
  const density = estimatorFromBytes<PosteriorEstimator>(bytes).at(summaries);
  const gradient = new Float64Array(1);
  expect(density.logDensityAndGradient(Float64Array.of(0.5), gradient)).toBeCloseTo(estimator.logProb([0.5], x)[0], 6);
  const plain = estimatorFromBytes<PosteriorEstimator>(estimatorToBytes(estimator));
  expectRefusal(() => plain.logProb([0.5], x), { kind: "file", field: "embedding" }, /TensorFlow/);
});

test("the optimiser of TensorFlow.js trains it too", async () => {
  const simulations = await simulate({ simulator: readings, prior: gaussianPrior, count: 300, seed: 1 });
  const embedding = { kind: "layers", model: exampleModel(false) } as const;
  const recipe = npe({ embedding, density: "autoregressive", numEpochs: 3, batchSize: 50 });
  const { provenance } = (await train(recipe, simulations, { seed: 1, optimizer: "tensorflow" })).spec;
  expect(provenance.backend).toMatch(/^TensorFlow.js/);
  const losses = provenance.histories[0].map(({ training }) => training);
  expect(losses[0] - losses[2]).toBeGreaterThan(0);
});

test("models that cannot be embeddings are refused", async () => {
  const simulations = await simulate({ simulator: readings, prior: gaussianPrior, count: 300, seed: 1 });
  const refused = async (model: tf.LayersModel, word: RegExp, numMembers?: number): Promise<void> => {
    const recipe = npe({ embedding: { kind: "layers", model }, ...(numMembers && { numMembers }) });
    await expectRejection(() => train(recipe, simulations, { seed: 1 }), { kind: "input" }, word);
  };
  await refused(tf.sequential({ layers: [tf.layers.dense({ inputShape: [5], units: 2 })] }), /12 inputs/);
  const normalised = [tf.layers.dense({ inputShape: [12], units: 2 }), tf.layers.batchNormalization()];
  await refused(tf.sequential({ layers: normalised }), /not trained/);
  await refused(
    tf.sequential({ layers: [tf.layers.conv1d({ inputShape: [6, 2], filters: 2, kernelSize: 2 })] }),
    /row/,
  );
  await refused(exampleModel(false), /one member/, 2);
});
