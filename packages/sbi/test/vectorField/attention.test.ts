import { type Rng, rngFromSeed } from "@poolish/core";
import { type Estimator, estimatorFromBytes, estimatorToBytes, type VectorFieldEstimator } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { expectRefusal, expectRejection } from "@poolish/testkit";
import { beforeAll, expect, test } from "vitest";
import { type Checkpoint, normal, simulate, train, vectorField } from "../../src/index.ts";
import type { Simulations } from "../../src/simulations.ts";

const D = 3;
const NOISE = 0.3;
const OPTIONS = { network: "attention", hidden: [16, 16], numEpochs: 30, learningRate: 0.005 } as const;

/** Each x is the magnitude of its own θ, with noise: posteriors of two modes, which a straight line knows nothing of. */
const simulator = {
  name: "magnitudes",
  parameters: ["a", "b", "c"],
  columns: ["u", "v", "w"].map((name) => ({ name, kind: "continuous" }) as const),
  simulate(rng: Rng, theta: Float64Array, out: Float64Array) {
    for (let d = 0; d < D; d++) out[d] = Math.abs(theta[d]) + NOISE * standardNormal(rng);
  },
};
const prior = { a: normal(0, 1), b: normal(0, 1), c: normal(0, 1) };

let simulations: Simulations;
let estimator: VectorFieldEstimator;

beforeAll(async () => {
  simulations = await simulate({ simulator, prior, count: 3000, seed: 1 });
  estimator = await train(vectorField(OPTIONS), simulations, { seed: 1, onNotice: () => {} });
});

function logNormal(x: number, mean: number, deviation: number): number {
  return -0.5 * ((x - mean) / deviation) ** 2 - Math.log(deviation) - 0.5 * Math.log(2 * Math.PI);
}

/** log p(θ | x) of one number, normalised by the trapezoidal rule. */
function exactLogPosterior(theta: number, x: number): number {
  const joint = (at: number): number => logNormal(at, 0, 1) + logNormal(x, Math.abs(at), NOISE);
  const step = 0.01;
  let total = 0;
  for (let at = -7; at <= 7; at += step) total += step * Math.exp(joint(at));
  return joint(theta) - Math.log(total);
}

test("training finds most of what the start, a normal distribution, lacks", async () => {
  const count = 200;
  const fresh = await simulate({ simulator, prior, count, seed: 2 });
  const found = estimator.logProb(fresh.theta, fresh.x);
  const gaps = Array.from(found, (value, i) => {
    let exact = 0;
    let start = 0;
    for (let k = i * D; k < (i + 1) * D; k++) {
      exact += exactLogPosterior(fresh.theta[k], fresh.x[k]);
      // θ and its magnitude are uncorrelated: the start is the prior.
      start += logNormal(fresh.theta[k], 0, 1);
    }
    return { learned: exact - value, start: exact - start };
  });
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value / count, 0);
  const learned = mean(gaps.map((gap) => gap.learned));
  const start = mean(gaps.map((gap) => gap.start));
  const error = Math.sqrt(mean(gaps.map((gap) => (gap.learned - learned) ** 2)) / count);
  // Nine tenths of the start's gap to the exact posterior, up to four standard errors.
  expect(learned).toBeLessThan(0.1 * start + 4 * error);
  expect(learned).toBeGreaterThan(-4 * error);
  expect(start).toBeGreaterThan(1);
});

test("each x has its token, and a file gives the same draws and densities", () => {
  expect(estimator.spec.density.attention).toEqual({ width: 16, numBlocks: 2, numHeads: 4, patch: 1 });
  expect(estimator.spec.embedding.kind).toBe("identity");
  const revived = estimatorFromBytes<VectorFieldEstimator>(estimatorToBytes(estimator));
  expect(revived.spec).toEqual(estimator.spec);
  const [theta, x] = [
    [0.1, 0.2, -1],
    [0, 1, 0.5],
  ];
  expect(revived.logProb(theta, x)).toEqual(estimator.logProb(theta, x));
  expect(revived.sample(rngFromSeed(4), x, 5)).toEqual(estimator.sample(rngFromSeed(4), x, 5));
  expect(revived.at(x).logDensityAndGradient(Float64Array.from(theta), new Float64Array(D))).toBe(
    estimator.at(x).logDensityAndGradient(Float64Array.from(theta), new Float64Array(D)),
  );
});

test("draws, on their way through blocks, respect each observation", () => {
  const count = 700;
  const x = [1.5, 0.2, 1, 0.3, 2, 1.2];
  const draws = estimator.sample(rngFromSeed(3), x, count);
  for (let k = 0; k < x.length; k++) {
    const from = Math.floor(k / D) * count * D + (k % D);
    const magnitudes = Array.from({ length: count }, (_, i) => Math.abs(draws[from + i * D]));
    const mean = magnitudes.reduce((sum, value) => sum + value / count, 0);
    let [exact, square] = [0, 0];
    for (let at = -7; at <= 7; at += 0.01) {
      const share = 0.01 * Math.exp(exactLogPosterior(at, x[k]));
      exact += share * Math.abs(at);
      square += share * at * at;
    }
    const deviation = Math.sqrt(square - exact * exact);
    // Four standard errors, and a fifth of a posterior sd for what 2,850 simulations leave unknown.
    expect(Math.abs(mean - exact)).toBeLessThan((4 / Math.sqrt(count) + 0.2) * deviation);
  }
});

test("ensembles are a function of the seed, and training goes on from a checkpoint as if there had been no break", async () => {
  const checkpoints: Checkpoint[] = [];
  const recipe = vectorField({ ...OPTIONS, numEpochs: 3, numMembers: 2, target: "likelihood" });
  const options = { seed: 3, onCheckpoint: (checkpoint: Checkpoint) => checkpoints.push(structuredClone(checkpoint)) };
  const whole = await train(recipe, simulations, options);
  const resumed = await train(recipe, simulations, { seed: 3, resume: checkpoints[1] });
  expect(resumed.weights).toEqual(whole.weights);
  const half = whole.weights.length / 2;
  expect(whole.weights.subarray(0, half)).not.toEqual(whole.weights.subarray(half));
});

test("as a likelihood it has the gradients of its own values, in a program and from its file", async () => {
  const recipe = vectorField({ ...OPTIONS, numEpochs: 8, target: "likelihood" });
  const trained = await train(recipe, simulations, { seed: 1 });
  const likelihood = estimatorFromBytes<Estimator>(estimatorToBytes(trained));
  const bound = likelihood.bind({ u: [1.2, 0.4], v: [0.3, 0.9], w: [0.5, 2] }, Int32Array.of(0, 1), 2);
  const theta = Float64Array.of(1, -0.4, 0.6, -0.3, 1, 1.7);
  const value = (at: Float64Array): number => {
    const logTerms = new Float64Array(2);
    bound.evaluate(at, logTerms);
    return logTerms[0] + logTerms[1];
  };
  value(theta);
  const gradient = new Float64Array(2 * D);
  bound.pullback(Float64Array.of(1, 1), gradient);
  const size = Math.max(...gradient.map(Math.abs));
  for (let k = 0; k < theta.length; k++) {
    // Differences of fourth order of a float32 network: errors of about 1e-4.
    const at = (by: number): number => value(theta.with(k, theta[k] + by));
    const numeric = (8 * (at(0.01) - at(-0.01)) - (at(0.02) - at(-0.02))) / 0.12;
    expect(Math.abs(gradient[k] - numeric)).toBeLessThan(5e-3 * (1 + size));
  }
});

test("long x make tokens of several entries", async () => {
  const series = {
    name: "series",
    parameters: ["a"],
    columns: Array.from({ length: 50 }, (_, t) => ({ name: `x${t}`, kind: "continuous" }) as const),
    simulate(rng: Rng, theta: Float64Array, out: Float64Array) {
      for (let t = 0; t < 50; t++) out[t] = theta[0] * Math.sin(t) + standardNormal(rng);
    },
  };
  const few = await simulate({ simulator: series, prior: { a: normal(0, 1) }, count: 300, seed: 1 });
  const field = await train(vectorField({ ...OPTIONS, numEpochs: 1 }), few, { seed: 1 });
  expect(field.spec.density.attention?.patch).toBe(3);
  expect(field.sample(rngFromSeed(1), few.x.slice(0, 50), 3).every(Number.isFinite)).toBe(true);
});

test("tokens that cannot be divided into heads are refused", () => {
  const refusals = [[24, 24], [32, 16], []];
  for (const hidden of refusals) expectRefusal(() => vectorField({ network: "attention", hidden }), { kind: "input" });
  expectRefusal(() => vectorField({ network: "attention", hidden: [24] }), { kind: "input", field: "hidden" });
  expectRefusal(() => vectorField({ network: "transformer" as "mlp" }), { kind: "input", field: "network" });
});

test("more columns than a density of attention has memory for are refused before training", async () => {
  const names = Array.from({ length: 1000 }, (_, i) => `t${i}`);
  const many: Simulations = await simulate({
    simulator: {
      parameters: names,
      columns: [{ name: "x", kind: "continuous" }],
      simulate(rng, theta, out) {
        out[0] = theta[0] + standardNormal(rng);
      },
    },
    prior: Object.fromEntries(names.map((name) => [name, normal(0, 1)])),
    count: 200,
    seed: 1,
  });
  const recipe = vectorField({ network: "attention", numEpochs: 1 });
  await expectRejection(() => train(recipe, many, { seed: 1, onNotice: () => {} }), {
    kind: "input",
    field: "network",
  });
});
