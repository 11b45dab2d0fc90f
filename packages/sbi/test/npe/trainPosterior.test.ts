import { interval, isOnSupport, rngFromSeed } from "@poolish/core";
import { bernoulli, beta, exponential, normal, poisson, uniform } from "@poolish/distributions";
import { estimatorToBytes, type PosteriorEstimator } from "@poolish/estimators";
import { caughtError, expectRefusal, expectRejection } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { npe } from "../../src/npe/npe.ts";
import { simulate } from "../../src/simulate.ts";
import type { Simulations } from "../../src/simulations.ts";
import type { Simulator } from "../../src/simulator.ts";
import { train } from "../../src/train.ts";
import type { Checkpoint } from "../../src/training/checkpoint.ts";
import { exactPosterior, gaussianMean, gaussianPrior, momentsOf } from "../support/gaussianMean.ts";

const quiet = { onNotice: () => {} };
const simulations = await simulate({ simulator: gaussianMean, prior: gaussianPrior, count: 2000, seed: 1 });
const short = npe({ numEpochs: 4, density: "autoregressive" });

const fresh = await simulate({ simulator: gaussianMean, prior: gaussianPrior, count: 4000, seed: 5 });

/** log p(θ | x) of the exact posterior less that of the estimator, for simulations that it has not seen. */
function gapsOf(estimator: PosteriorEstimator): Float64Array {
  return estimator.logProb(fresh.theta, fresh.x).map((value, i) => {
    const { mean, sd } = exactPosterior([fresh.x[i]]);
    const z = (fresh.theta[i] - mean) / sd;
    return -0.5 * z * z - Math.log(sd * Math.sqrt(2 * Math.PI)) - value;
  });
}

test("means and standard deviations are those of the exact posterior", async () => {
  const { sample, logProb } = await train(npe(), simulations, { seed: 2, ...quiet });
  for (const x of [-1.5, 0, 1.5]) {
    const exact = exactPosterior([x]);
    const { mean, sd } = momentsOf(sample(rngFromSeed(3), x, 4000));
    // The bars of research/sbi.md §5.2; 4,000 draws have a standard error of .016 sd.
    expect(Math.abs(mean - exact.mean) / exact.sd).toBeLessThan(0.1);
    expect(Math.abs(sd / exact.sd - 1)).toBeLessThan(0.1);
    const peak = -Math.log(exact.sd * Math.sqrt(2 * Math.PI));
    expect(Math.abs(logProb(exact.mean, x)[0] - peak)).toBeLessThan(0.1);
  }
});

test.each(["nsf", "autoregressive", "maf", "mdn"] as const)(
  "the density of family %s comes near to the exact one",
  async (density) => {
    const gaps = gapsOf(await train(npe({ density, numEpochs: 10 }), simulations, { seed: 2, ...quiet }));
    const { mean, sd } = momentsOf(gaps);
    // The gap is a Kullback–Leibler divergence: never below 0 but for the noise of the test set (3 standard errors).
    expect(mean).toBeGreaterThan((-3 * sd) / Math.sqrt(gaps.length));
    expect(mean).toBeLessThan(0.05);
  },
);

test("trials choose splines where a posterior is sharp, and say so", async () => {
  const ring: Simulator = {
    parameters: ["a", "b"],
    columns: [{ name: "radius", kind: "continuous", bounds: { lower: 0 } }],
    simulate(rng, [a, b], out) {
      out[0] = Math.hypot(a, b) * Math.exp(normal(0, 0.02).sample(rng));
    },
  };
  const prior = { a: uniform(-1, 1), b: uniform(-1, 1) };
  const rings = await simulate({ simulator: ring, prior, count: 2000, seed: 1 });
  const notices: string[] = [];
  const { spec } = await train(npe({ numEpochs: 24 }), rings, { seed: 1, onNotice: (line) => notices.push(line) });
  expect(spec.density.kind).toBe("flow");
  expect(notices[1]).toMatch(/"nsf", by trials/);
});

describe("between two bounds", async () => {
  const simulator: Simulator = {
    parameters: ["a"],
    columns: [{ name: "x", kind: "continuous" }],
    simulate(rng, [a], out) {
      out[0] = a + normal(0, 0.3).sample(rng);
    },
  };
  const bounded = await simulate({ simulator, prior: { a: uniform(-2, 1) }, count: 1500, seed: 1 });

  test.each([
    ["nsf", "walled"],
    ["mdn", "walled"],
    ["autoregressive", "logit"],
  ] as const)("%s sees θ by the transform %s: no draw and no mass leaves the support", async (density, transform) => {
    const estimator = await train(npe({ density, numEpochs: 4 }), bounded, { seed: 1, ...quiet });
    expect(estimator.spec.density).toMatchObject({ columns: [{ transform, lower: -2, upper: 1 }] });
    // Much of this posterior would lie beyond the bound.
    const x = 1.1;
    for (const value of estimator.sample(rngFromSeed(1), x, 2000)) expect(value > -2 && value < 1).toBe(true);
    expect(estimator.logProb([-2.1, 1.1], x)).toEqual(Float64Array.of(-Infinity, -Infinity));
    // The midpoint rule over θ = −2 + 3 / (1 + exp(−t)), so that points are dense at both ends.
    const step = 0.01;
    const logits = Float64Array.from({ length: 8000 }, (_, i) => -40 + step * (i + 0.5));
    const logDensities = estimator.logProb(
      logits.map((t) => -2 + 3 / (1 + Math.exp(-t))),
      x,
    );
    const slope = (t: number): number => (3 * step) / (2 + 2 * Math.cosh(t));
    const mass = logDensities.reduce((sum, l, i) => sum + (l > -Infinity ? Math.exp(l) * slope(logits[i]) : 0), 0);
    expect(mass).toBeCloseTo(1, 3);
    const at = estimator.at(x);
    for (const a of [-1.9, -0.5, 0.6, 0.99]) {
      const [gradient, unused] = [new Float64Array(1), new Float64Array(1)];
      at.logDensityAndGradient(Float64Array.of(a), gradient);
      const near = [a + 1e-3, a - 1e-3].map((b) => at.logDensityAndGradient(Float64Array.of(b), unused));
      // Networks run in float32: differences have an error of some 1e-6 / 2e-3, and of the third derivative.
      expect(Math.abs((near[0] - near[1]) / 2e-3 - gradient[0])).toBeLessThan(0.02 * (1 + Math.abs(gradient[0])));
    }
  });
});

test("a checkpoint of as many weights, but of θ between other bounds and so encoded in another way, is refused", async () => {
  const recipe = npe({ density: "mdn", numEpochs: 2 });
  const bounded = (upper: number): Simulations => ({
    ...simulations,
    parameters: simulations.parameters.map((each) => ({ ...each, support: interval(-6, upper) })),
  });
  let resume: Checkpoint | undefined;
  const onCheckpoint = (checkpoint: Checkpoint) => {
    resume ??= checkpoint;
  };
  const first = await train(recipe, bounded(6), { seed: 1, onCheckpoint, ...quiet });
  if (resume === undefined) throw new Error("there was no checkpoint");
  const given = { seed: 1, resume, ...quiet };
  expect((await train(recipe, bounded(6), given)).weights).toEqual(first.weights);
  expect(await caughtError(() => train(recipe, bounded(Infinity), given))).toMatchObject({
    kind: "input",
    field: "resume",
  });
});

test("equal seeds give equal bytes, others do not", async () => {
  const [first, second, other] = await Promise.all(
    [7, 7, 8].map((seed) => train(short, simulations, { seed, ...quiet })),
  );
  expect(estimatorToBytes(second)).toEqual(estimatorToBytes(first));
  expect(estimatorToBytes(other)).not.toEqual(estimatorToBytes(first));
});

test.each(["identity", "mlp"] as const)(
  "training that goes on from a checkpoint ends as without a break: %s",
  async (embedding) => {
    const recipe = npe({ numEpochs: 4, embedding, numMembers: 2, density: "nsf" });
    const states: Checkpoint[] = [];
    const whole = await train(recipe, simulations, { seed: 7, onCheckpoint: (state) => states.push(state), ...quiet });
    const resumed = await train(recipe, simulations, { seed: 7, resume: structuredClone(states[5]), ...quiet });
    expect(estimatorToBytes(resumed)).toEqual(estimatorToBytes(whole));
  },
);

test("every kind of column is read, every kind of parameter stays on its support", async () => {
  const simulator: Simulator = {
    parameters: ["rate", "share", "level", "isOn"],
    columns: [
      { name: "count", kind: "count" },
      { name: "answer", kind: "category" },
      { name: "size", kind: "continuous", bounds: { lower: 0 } },
    ],
    conditions: [{ name: "dose", kind: "continuous" }],
    simulate(rng, [rate, share, level, isOn], out, [dose]) {
      out[0] = poisson(rate * (1 + dose)).sample(rng);
      out[1] = bernoulli(share).sample(rng) + 3;
      out[2] = Math.exp(normal(level + isOn, 0.5).sample(rng));
    },
  };
  const mixed = await simulate({
    simulator,
    prior: { rate: exponential(0.2), share: beta(2, 2), level: normal(0, 1), isOn: bernoulli(0.4) },
    conditions: { dose: uniform(0, 1) },
    count: 1500,
    seed: 1,
  });
  const estimator = await train(npe({ numEpochs: 6 }), mixed, { seed: 1, ...quiet });
  expect(estimator.columns.map(({ name }) => name)).toEqual(["count", "answer", "size", "dose"]);
  const draws = estimator.sample(rngFromSeed(1), [4, 3, 0.8, 0.5], 1000);
  draws.forEach((value, i) => {
    if (!isOnSupport(estimator.parameters[i % 4].support, value)) throw new Error(`${value} is off its support`);
  });
  // More is inferred from a large count than from a small one.
  const mean = (x: number[]): number =>
    momentsOf(estimator.sample(rngFromSeed(2), x, 1000).filter((_, i) => i % 4 === 0)).mean;
  expect(mean([20, 3, 0.8, 0.5])).toBeGreaterThan(2 * mean([2, 3, 0.8, 0.5]));
  expectRefusal(() => estimator.sample(rngFromSeed(1), [4, 9, 0.8, 0.5], 1), { kind: "input", field: "answer" }, /9/);
  expectRefusal(() => estimator.sample(rngFromSeed(1), [4, 3, -1, 0.5], 1), { kind: "input", field: "size" });
});

describe("what is told", () => {
  test("the embedding that was chosen, in a line; nothing where the recipe chose", async () => {
    const notices: string[] = [];
    const onNotice = (message: string): unknown => notices.push(message);
    await train(npe({ numEpochs: 1 }), simulations, { seed: 1, onNotice });
    expect(notices).toHaveLength(2);
    expect(notices[0]).toMatch(/1 input, .*identity/);
    expect(notices[1]).toMatch(/autoregressive .* nsf /);
    const chosen = npe({ numEpochs: 1, embedding: "mlp", density: "maf" });
    await train(chosen, simulations, { seed: 1, onNotice });
    expect(notices).toHaveLength(2);
  });

  test("failed simulations are left out with a warning", async () => {
    const x = simulations.x.slice();
    x[3] = Number.NaN;
    const warnings: string[] = [];
    const estimator = await train(
      short,
      { ...simulations, x },
      { seed: 1, onWarning: (line) => warnings.push(line), ...quiet },
    );
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/1 of 2000 .*the posterior/);
    expect(estimator.spec.provenance.numDropped).toBe(1);
  });
});

describe("misuse", () => {
  test("options out of range are named", () => {
    expectRefusal(() => npe({ numMembers: 0 }), { kind: "input", field: "numMembers" });
    expectRefusal(() => npe({ validationFraction: 1 }), { kind: "input", field: "validationFraction" });
    expectRefusal(() => npe({ embedding: { kind: "mlp", hidden: [] } }), { kind: "input", field: "embedding.hidden" });
    // @ts-expect-error a user of plain JavaScript may pass anything
    expectRefusal(() => npe({ density: "gan" }), { kind: "input", field: "density" }, /gan/);
    // @ts-expect-error likewise
    expectRefusal(() => npe({ embedding: "lstm" }), { kind: "input", field: "embedding" }, /lstm/);
  });

  test("simulations that cannot be learned from, and embeddings that do not fit", async () => {
    const flat = { ...simulations, x: new Float64Array(2000).fill(4) };
    await expectRejection(() => train(short, flat, { seed: 1, ...quiet }), { kind: "input", field: "x" });
    const still = { ...simulations, theta: new Float64Array(2000).fill(4) };
    await expectRejection(() => train(short, still, { seed: 1, ...quiet }), { kind: "input", field: "mu" });
    const set = npe({ embedding: "set" });
    await expectRejection(() => train(set, simulations, { seed: 1 }), { kind: "input", field: "embedding" }, /trials/);
    const series = npe({ embedding: "conv1d" });
    await expectRejection(() => train(series, simulations, { seed: 1 }), { kind: "input" }, /too short/);
  });

  test("constant columns and copies of others are harmless, unless all are constant", async () => {
    const { columns, x } = simulations;
    const names = ["edge", "twin"].map((name) => ({ name, kind: "continuous" }) as const);
    const rows = Float64Array.from({ length: 3 * 2000 }, (_, i) => (i % 3 === 1 ? 0.1 : x[Math.floor(i / 3)]));
    const wide = { ...simulations, columns: [...columns, ...names], x: rows };
    const warnings: string[] = [];
    const { logProb } = await train(npe({ numEpochs: 6, density: "nsf" }), wide, {
      seed: 1,
      onWarning: (line) => warnings.push(line),
      ...quiet,
    });
    expect(warnings).toEqual([expect.stringMatching(/^edge: the same/)]);
    const { mean, sd } = exactPosterior([1]);
    const peak = -Math.log(sd * Math.sqrt(2 * Math.PI));
    expect(Math.abs(logProb(mean, [1, 0.1, 1])[0] - peak)).toBeLessThan(0.1);
    // One step off the constant is one step, not as many as rounding errors of its mean.
    expect(Math.abs(logProb(mean, [1, 1.1, 1])[0] - peak)).toBeLessThan(2);
  });

  test("aborted training rejects", async () => {
    const controller = new AbortController();
    const error = await caughtError(() =>
      train(short, simulations, {
        seed: 1,
        signal: controller.signal,
        onProgress: () => controller.abort(),
        ...quiet,
      }),
    );
    expect(error.kind).toBe("cancelled");
  });
});
