import { type Progress, rngFromSeed } from "@poolish/core";
import { caughtError } from "@poolish/testkit";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../../src/backend.ts";
import { type FitOptions, type FitProgress, fit } from "../../src/training/fit.ts";
import { createKernelAdam } from "../../src/training/kernelAdam.ts";
import { learningRate } from "../../src/training/learningRate.ts";
import { createTensorflowAdam } from "../../src/training/tensorflowAdam.ts";
import type { TrainableDensity } from "../../src/training/trainableDensity.ts";

beforeAll(async () => {
  await selectBackend();
});

/** -log p(i | a, b) = (a - 1)² + (b + i / 10)² / 2, for simulation i. Counts how often each is trained on. */
function parabola(): TrainableDensity & { readonly numSeen: Map<number, number>; readonly batches: Int32Array[] } {
  const numSeen = new Map<number, number>();
  const batches: Int32Array[] = [];
  const loss = ([a, b]: Float32Array, i: number) => (a - 1) ** 2 + 0.5 * (b + i / 10) ** 2;
  return {
    numSeen,
    batches,
    initial: Float32Array.of(0, 0),
    decays: [],
    lossAndGradient(variables, batch, gradient) {
      gradient.fill(0);
      batches.push(batch.slice());
      let total = 0;
      for (const i of batch) {
        numSeen.set(i, (numSeen.get(i) ?? 0) + 1);
        total += loss(variables, i) / batch.length;
        gradient[0] += (2 * (variables[0] - 1)) / batch.length;
        gradient[1] += (variables[1] + i / 10) / batch.length;
      }
      return total;
    },
    logDensities(variables, batch, out) {
      for (let i = 0; i < batch.length; i++) out[i] = -loss(variables, batch[i]);
    },
    weights: (variables) => variables.map((value) => 2 * value),
  };
}

/** Held-out simulations that want a to stay where it is: any step is worse for them. */
function stubborn(): TrainableDensity {
  return {
    ...parabola(),
    logDensities(variables, batch, out) {
      for (let i = 0; i < batch.length; i++) out[i] = -100 * variables[0] ** 2;
    },
  };
}

const options: FitOptions = {
  rng: rngFromSeed(5),
  training: Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
  validation: Int32Array.of(8, 9),
  settings: {
    batchSize: 3,
    numEpochs: 4,
    peakLearningRate: 0.1,
    beta2: 0.999,
    epsilon: 1e-7,
    clipNorm: Infinity,
    averaging: 0,
  },
};
const optimizers = [
  ["kernels", createKernelAdam],
  ["TensorFlow.js", createTensorflowAdam],
] as const;

test("what is to keep its last weights keeps them, however the held-out simulations like them", async () => {
  const settings = { ...options.settings, keepsLast: true };
  expect((await fit(stubborn(), options)).keptEpoch).toBe(0);
  expect((await fit(stubborn(), { ...options, settings })).keptEpoch).toBe(4);
});

describe("fit", () => {
  test.each(optimizers)("%s takes the steps of Adam: a float64 twin ends at the same place", async (_name, make) => {
    const density = parabola();
    const { weights, keptEpoch, history } = await fit(density, { ...options, createOptimizer: make });
    expect(density.batches).toHaveLength(8);
    const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-7];
    const [value, first, second] = [
      [0, 0],
      [0, 0],
      [0, 0],
    ];
    density.batches.slice(0, 2 * keptEpoch).forEach((batch, step) => {
      const mean = batch.reduce((sum, i) => sum + i / 10, 0) / batch.length;
      const gradient = [2 * (value[0] - 1), value[1] + mean];
      gradient.forEach((slope, k) => {
        first[k] = beta1 * first[k] + (1 - beta1) * slope;
        second[k] = beta2 * second[k] + (1 - beta2) * slope * slope;
        const corrected = first[k] / (1 - beta1 ** (step + 1));
        const root = Math.sqrt(second[k] / (1 - beta2 ** (step + 1)));
        value[k] -= (learningRate(0.1, step, 8) * corrected) / (root + epsilon);
      });
    });
    // Eight steps in float32; 1 - 0.999 alone carries 6e-5 of rounding, which corrections and root halve twice over.
    value.forEach((expected, k) => {
      expect(Math.abs(weights[k] - 2 * expected)).toBeLessThan(1e-4 * Math.abs(2 * expected));
    });
    expect(Math.abs(value[0])).toBeGreaterThan(0.2);
    expect(history).toHaveLength(4);
  });

  test("each epoch trains on each simulation at most once, in an order of its own, but for an incomplete batch", async () => {
    const density = parabola();
    const { history } = await fit(density, { ...options, settings: { ...options.settings, numEpochs: 30 } });
    const numEpochs = history.length;
    expect(numEpochs).toBeGreaterThan(5);
    const epochs = Array.from({ length: numEpochs }, (_, e) =>
      density.batches.slice(2 * e, 2 * e + 2).flatMap((b) => [...b]),
    );
    for (const epoch of epochs) expect(new Set(epoch).size).toBe(6);
    expect(new Set(epochs.map((epoch) => epoch.join())).size).toBe(numEpochs);
    expect([...density.numSeen.keys()].toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("weights, history and held-out log-density are those of the kept epoch", async () => {
    const { weights, history, keptEpoch, heldOut } = await fit(parabola(), options);
    const out = new Float64Array(2);
    parabola().logDensities(
      weights.map((value) => value / 2),
      options.validation,
      out,
    );
    expect(heldOut).toEqual(out);
    expect(history[keptEpoch - 1].validation).toBe(-(out[0] + out[1]) / 2);
  });

  test.each(optimizers)("%s: the same streams give the same bits; tensors do not pile up", async (_name, make) => {
    const before = tf.memory().numTensors;
    const first = await fit(parabola(), { ...options, createOptimizer: make });
    expect(await fit(parabola(), { ...options, createOptimizer: make })).toEqual(first);
    expect(tf.memory().numTensors).toBe(before);
    const other = await fit(parabola(), { ...options, rng: rngFromSeed(6) });
    expect(other.weights).not.toEqual(first.weights);
  });

  test("goes on from any epoch as if there had been no break", async () => {
    const settings = { ...options.settings, averaging: 0.9, clipNorm: 0.5 };
    const states: FitProgress[] = [];
    const whole = await fit(parabola(), {
      ...options,
      settings,
      onEpoch: (state) => states.push(structuredClone(state)),
    });
    expect(states).toHaveLength(4);
    for (const from of states.slice(0, 3)) expect(await fit(parabola(), { ...options, settings, from })).toEqual(whole);
  });

  test("does not go on from what other simulations, or another density of as many weights, left", async () => {
    const states: FitProgress[] = [];
    await fit(parabola(), { ...options, onEpoch: (state) => states.push(structuredClone(state)) });
    const others = [
      () => fit(parabola(), { ...options, validation: Int32Array.of(6, 9), from: states[0] }),
      () => fit(parabola(), { ...options, validation: Int32Array.of(8), from: states[0] }),
      () => fit(stubborn(), { ...options, from: states[0] }),
    ];
    for (const other of others) {
      expect(await caughtError(other)).toMatchObject({ kind: "input", field: "resume" });
    }
  });

  test("a start that no epoch improves on is kept", async () => {
    const { keptEpoch, weights } = await fit(stubborn(), options);
    expect(keptEpoch).toBe(0);
    expect([...weights]).toEqual([0, 0]);
  });

  test("a run that ended early and is resumed after its last epoch ends there too", async () => {
    const settings = { ...options.settings, numEpochs: 40 };
    const states: FitProgress[] = [];
    const whole = await fit(stubborn(), {
      ...options,
      settings,
      onEpoch: (state) => states.push(structuredClone(state)),
    });
    expect(whole.history.length).toBe(10);
    expect(await fit(stubborn(), { ...options, settings, from: states[9] })).toEqual(whole);
  });

  test("reports each epoch with its held-out loss", async () => {
    const reports: Progress[] = [];
    const { history } = await fit(parabola(), { ...options, onProgress: (progress) => reports.push(progress) });
    expect(reports.map(({ done, total }) => `${done}/${total}`)).toEqual(["1/4", "2/4", "3/4", "4/4"]);
    expect(reports[3].message).toContain(history[3].validation.toFixed(4));
  });

  test("can be cancelled, and leaves no tensors behind", async () => {
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const reports: Progress[] = [];
    const onProgress = (progress: Progress) => {
      reports.push(progress);
      if (reports.length === 2) controller.abort();
    };
    const error = await caughtError(() => fit(parabola(), { ...options, onProgress, signal: controller.signal }));
    expect(error.kind).toBe("cancelled");
    expect(reports).toHaveLength(2);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([Number.NaN, Infinity])(
    "a loss of %s ends it with a typed error, in training and in validation",
    async (bad) => {
      const before = tf.memory().numTensors;
      const inTraining = { ...parabola(), lossAndGradient: () => bad };
      const inValidation = {
        ...parabola(),
        logDensities: (_variables: Float32Array, _batch: Int32Array, out: Float64Array) => {
          out.fill(-bad);
        },
      };
      for (const density of [inTraining, inValidation]) {
        const error = await caughtError(() => fit(density, options));
        expect(error).toMatchObject({ kind: "numerical", field: "train" });
        expect(error.message).toContain("epoch 1");
        expect(error.remedy).toContain("learningRate");
      }
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});
