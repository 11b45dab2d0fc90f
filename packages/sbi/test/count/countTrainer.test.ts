import { rngFromSeed } from "@poolish/core";
import { gamma, poisson, uniform } from "@poolish/distributions";
import { type CountMixtureSpec, countEdge, fitCountScale, fitFeatures, writeFeatures } from "@poolish/estimators";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../../src/backend.ts";
import { createCountTrainer } from "../../src/count/countTrainer.ts";
import { simulate } from "../../src/simulate.ts";
import { fusedLoss } from "../../src/training/fusedLoss.ts";

const COUNT = 300;
const MAX_BATCH = 64;
const K = 3;
/** An edge below every component, whose slope is 0 where that of -Infinity would be NaN. */
const LOWEST = -1e4;

async function example() {
  const simulations = await simulate({
    simulator: {
      parameters: ["rate", "share"],
      columns: [{ name: "chips", kind: "count" }],
      simulate(rng, [rate, share], out) {
        out[0] = poisson(rng.uniform() < share ? rate : 2 * rate).sample(rng);
      },
    },
    prior: { rate: gamma(2, 0.2), share: uniform(0, 1) },
    count: COUNT,
    seed: 1,
  });
  const features = fitFeatures(
    simulations.parameters.map(({ support }) => support),
    simulations.theta,
    COUNT,
  );
  const density: CountMixtureSpec = {
    kind: "count-mixture",
    numComponents: K,
    network: { widths: [features.length, 9, 7, 3 * K + 2], activation: "tanh" },
    scale: fitCountScale(simulations.x),
    largestCount: Math.max(...simulations.x),
  };
  const training = Int32Array.from({ length: COUNT }, (_, i) => i);
  const trainer = createCountTrainer(rngFromSeed(2), {
    density,
    features,
    simulations,
    training,
    maxBatch: MAX_BATCH,
  });
  const featureValues = new Float64Array(COUNT * features.length);
  writeFeatures(features, simulations.theta, 2, COUNT, featureValues);
  return { simulations, features, density, trainer, featureValues };
}
type Example = Awaited<ReturnType<typeof example>>;

/**
 * The initial variables with noise, so that hidden layers, shape and linear path all matter, at three times the width, so
 * that float32 can tell the mass of each count.
 */
function noisyVariables({ trainer, density }: Example, seed: number): Float32Array {
  const rng = rngFromSeed(seed);
  const variables = trainer.initial.map((value) => value + 0.3 * (rng.uniform() - 0.5));
  variables[variables.length - 2 * density.network.widths[0] - 1] += Math.log(3);
  return variables;
}

const ratesOf = ({ trainer }: Example) => trainer.weights(new Float32Array(trainer.initial.length).fill(1));

/**
 * The mean negative log-mass of a batch, slow and obvious, in ordinary TensorFlow.js operations: matMul, tanh, softmax and
 * the difference of two normal distribution functions. `LOWEST` stands for an edge at -Infinity.
 */
function composedLoss(setup: Example, variables: tf.Tensor1D, batch: Int32Array): tf.Tensor<tf.Rank.R0> {
  const { density, featureValues, simulations } = setup;
  const { widths } = density.network;
  const width = widths[0];
  const weights = variables.mul(tf.tensor1d(ratesOf(setup)));
  let offset = 0;
  const take = (rows: number, columns: number) => {
    const block = weights.slice([offset], [rows * columns]).reshape([rows, columns]);
    offset += rows * columns;
    return block;
  };
  const x = tf.tensor2d(
    Array.from(batch, (i) => [...featureValues.subarray(i * width, (i + 1) * width)]),
    [batch.length, width],
  );
  let hidden: tf.Tensor = x;
  widths.slice(1).forEach((outputs, layer) => {
    const sum = tf.matMul(hidden, take(widths[layer], outputs)).add(take(1, outputs));
    hidden = layer < widths.length - 2 ? tf.tanh(sum) : sum;
  });
  const linear = tf.matMul(x, take(width, 2));
  const column = (from: number, count: number) => hidden.slice([0, from], [batch.length, count]);
  const location = column(3 * K, 1).add(linear.slice([0, 0], [batch.length, 1]));
  const scale = tf.exp(column(3 * K + 1, 1).add(linear.slice([0, 1], [batch.length, 1])));
  const center = location.add(scale.mul(column(K, K)));
  const deviation = scale.mul(tf.exp(column(2 * K, K)));
  const cdf = (count: (k: number) => number) => {
    const edges = Array.from(batch, (i) => [Math.max(LOWEST, countEdge(density.scale, count(simulations.x[i])))]);
    const z = tf.tensor2d(edges, [batch.length, 1]).sub(center).div(deviation);
    return tf.erf(z.mul(Math.SQRT1_2)).add(1).mul(0.5);
  };
  const masses = cdf((k) => k + 1).sub(cdf((k) => k));
  const mass = tf.softmax(column(0, K)).mul(masses).sum(1);
  return tf.log(mass).mean().neg().asScalar();
}

let setup: Example;
beforeAll(async () => {
  await selectBackend();
  setup = await example();
});

const batch = Int32Array.from({ length: MAX_BATCH }, (_, i) => (i * 7) % COUNT);

describe("the fused loss", () => {
  test.each([1, 2, 3])("has value and gradient of its composed twin, random weights %i", (seed) => {
    const variables = noisyVariables(setup, seed);
    const fused = fusedLoss(setup.trainer, variables.length);
    tf.tidy(() => {
      const at = tf.tensor1d(variables);
      const actual = tf.valueAndGrad((v: tf.Tensor) => fused(v.as1D(), batch))(at);
      const expected = tf.valueAndGrad((v: tf.Tensor) => composedLoss(setup, v.as1D(), batch))(at);
      // TensorFlow's erf is right to 1.5e-7, so a mass is to 3e-7 / mass.
      const logTerms = new Float64Array(batch.length);
      setup.trainer.logDensities(variables, batch, logTerms);
      const tolerance = 1e-5 + logTerms.reduce((sum, value) => sum + 3e-7 / Math.exp(value), 0) / batch.length;
      expect(tolerance).toBeLessThan(1e-3);
      expect(Math.abs(actual.value.dataSync()[0] - expected.value.dataSync()[0])).toBeLessThan(tolerance);
      const [slopes, exact] = [actual.grad.dataSync(), expected.grad.dataSync()];
      const size = Math.max(...exact.map(Math.abs));
      expect(size).toBeGreaterThan(0.01);
      const worst = Math.max(...exact.map((slope, i) => Math.abs(slope - slopes[i])));
      expect(worst / size).toBeLessThan(1e-3 + 10 * tolerance);
    });
  });

  test("the gradient is scaled by what comes from above, as an operation's must be", () => {
    const variables = noisyVariables(setup, 4);
    const fused = fusedLoss(setup.trainer, variables.length);
    tf.tidy(() => {
      const at = tf.tensor1d(variables);
      const plain = tf
        .grad((v: tf.Tensor) => fused(v.as1D(), batch))(at)
        .dataSync();
      const tripled = tf
        .grad((v: tf.Tensor) => fused(v.as1D(), batch).mul(-3))(at)
        .dataSync();
      const size = Math.max(...plain.map(Math.abs));
      plain.forEach((slope, i) => {
        expect(Math.abs(tripled[i] + 3 * slope)).toBeLessThan(1e-6 * size);
      });
    });
  });
});

describe("createCountTrainer", () => {
  test("lossAndGradient is the mean of -logDensities, for batches of any size", () => {
    const variables = noisyVariables(setup, 5);
    const gradient = new Float32Array(variables.length);
    const all = Int32Array.from({ length: COUNT }, (_, i) => i);
    const logTerms = new Float64Array(COUNT);
    setup.trainer.logDensities(variables, all, logTerms);
    for (const size of [1, 5, MAX_BATCH]) {
      const part = all.subarray(0, size);
      const mean = logTerms.subarray(0, size).reduce((sum, value) => sum + value, 0) / size;
      expect(Math.abs(setup.trainer.lossAndGradient(variables, part, gradient) + mean)).toBeLessThan(1e-12);
    }
  });

  test("shape follows θ at a tenth of the rate of place and width; everything else at the full rate", () => {
    const { density, trainer } = setup;
    const [hidden, outputs] = density.network.widths.slice(-2);
    const rates = ratesOf(setup);
    const numLinear = 2 * density.network.widths[0];
    const lastLayer = rates.length - numLinear - (hidden + 1) * outputs;
    rates.forEach((rate, i) => {
      const isShape = i >= lastLayer && i < lastLayer + hidden * outputs && (i - lastLayer) % outputs < 3 * K;
      expect(rate).toBe(Math.fround(isShape ? 0.1 : 1));
    });
    expect(trainer.initial).toHaveLength(rates.length);
  });

  test("starts as one mixture around the least-squares line: far better than a guess that ignores θ", () => {
    const all = Int32Array.from({ length: COUNT }, (_, i) => i);
    const logTerms = new Float64Array(COUNT);
    setup.trainer.logDensities(setup.trainer.initial, all, logTerms);
    const initial = logTerms.reduce((sum, value) => sum + value, 0) / COUNT;
    // The best that ignores θ: the shares of the counts themselves.
    const shares = new Map<number, number>();
    for (const k of setup.simulations.x) shares.set(k, (shares.get(k) ?? 0) + 1 / COUNT);
    const ignorant = [...shares.values()].reduce((sum, share) => sum + share * Math.log(share), 0);
    expect(initial).toBeGreaterThan(ignorant + 0.3);
  });
});
