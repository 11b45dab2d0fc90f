import { c2st } from "@poolish/checks";
import { type Rng, rngFromSeed } from "@poolish/core";
import {
  estimatorFromBytes,
  estimatorToBytes,
  type PosteriorEstimator,
  type VectorFieldEstimator,
} from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { expectRefusal, expectRejection } from "@poolish/testkit";
import { beforeAll, expect, test } from "vitest";
import { type Checkpoint, distil, nle, normal, npe, simulate, train, uniform, vectorField } from "../../src/index.ts";
import type { Simulations } from "../../src/simulations.ts";

const NOISE = 0.5;
const OPTIONS = { numEpochs: 12, hidden: [32, 32] } as const;

/** Two numbers with noise: the posterior of each is N(0.8 x, 0.2) under standard normal priors. */
const simulator = {
  name: "noisy",
  parameters: ["a", "b"],
  columns: [
    { name: "u", kind: "continuous" },
    { name: "v", kind: "continuous" },
  ] as const,
  simulate(rng: Rng, theta: Float64Array, out: Float64Array) {
    out[0] = theta[0] + NOISE * standardNormal(rng);
    out[1] = theta[1] + NOISE * standardNormal(rng);
  },
};
const POSTERIOR_DEVIATION = Math.sqrt(0.2);

let simulations: Simulations;
let estimator: VectorFieldEstimator;

beforeAll(async () => {
  simulations = await simulate({ simulator, prior: { a: normal(0, 1), b: normal(0, 1) }, count: 4000, seed: 1 });
  estimator = await train(vectorField(OPTIONS), simulations, { seed: 1 });
});

function moments(draws: Float64Array, width: number, column: number): { mean: number; deviation: number } {
  const values = Float64Array.from({ length: draws.length / width }, (_, i) => draws[i * width + column]);
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0);
  return { mean, deviation: Math.sqrt(variance) };
}

test.each(["ode", "sde"] as const)(
  "draws by the %s have the posterior's moments, observation by observation",
  (method) => {
    const count = 2000;
    const draws = estimator.sample(rngFromSeed(2), [1, -0.5, 0, 2], count, { method });
    expect(draws.length).toBe(2 * count * 2);
    const exact = [0.8, -0.4, 0, 1.6];
    for (let observation = 0; observation < 2; observation++) {
      const own = draws.subarray(observation * count * 2, (observation + 1) * count * 2);
      for (let p = 0; p < 2; p++) {
        const { mean, deviation } = moments(own, 2, p);
        // Slopes of 3,800 simulations are known to about 1/√3800 sd; x stands at most 1.8 sd out. Five of both errors.
        const allowed = 5 * POSTERIOR_DEVIATION * Math.hypot(1.8 / Math.sqrt(3800), 1 / Math.sqrt(count));
        expect(Math.abs(mean - exact[2 * observation + p])).toBeLessThan(allowed);
        expect(Math.abs(deviation / POSTERIOR_DEVIATION - 1)).toBeLessThan(5 / Math.sqrt(2 * count) + 0.03);
      }
    }
  },
);

test("draws by the ODE, by the SDE and from the exact posterior cannot be told apart", async () => {
  const count = 3000;
  const x = [1, -0.5];
  const rng = rngFromSeed(7);
  const exact = Float64Array.from(
    { length: 2 * count },
    (_, i) => 0.8 * x[i % 2] + POSTERIOR_DEVIATION * standardNormal(rng),
  );
  for (const method of ["ode", "sde"] as const) {
    const values = estimator.sample(rngFromSeed(8), x, count, { method });
    const { accuracy } = await c2st({ values: exact, numColumns: 2 }, { values, numColumns: 2 }, { mode: "exact" });
    // What is to be reached; chance alone has a standard error of √(.25/6000), .0065.
    expect(accuracy).toBeLessThan(0.52);
  }
});

test("log-densities are those of the posterior", () => {
  const theta = [0.8, -0.4, 1.2, 0.1];
  const exact = [0, 1].map((row) => {
    const [a, b] = [theta[2 * row] - 0.8, theta[2 * row + 1] + 0.4];
    return -Math.log(2 * Math.PI * 0.2) - (a * a + b * b) / 0.4;
  });
  // The entropy of the posterior, as held-out simulations show it: 2 · (log(2π·0.2) + 1)/2, with an sd of 1 a simulation.
  const { heldOutLogDensity } = estimator.spec.provenance;
  expect(Math.abs(heldOutLogDensity + Math.log(2 * Math.PI * 0.2) + 1)).toBeLessThan(4 / Math.sqrt(200));
  const found = estimator.logProb(theta, [1, -0.5]);
  exact.forEach((value, row) => {
    expect(Math.abs(found[row] - value)).toBeLessThan(0.15);
  });
});

test("at one observation it is a density with gradients, and its descriptor tells where", () => {
  const density = estimator.at([1, -0.5]);
  const gradient = new Float64Array(2);
  const position = Float64Array.of(1.1, -0.3);
  const value = density.logDensityAndGradient(position, gradient);
  const { gridError } = estimator.spec.density;
  expect(gridError).toBeLessThan(0.05);
  expect(Math.abs(value - estimator.logProb(position, [1, -0.5])[0])).toBeLessThan(0.005 + 5 * gridError);
  expect(Math.abs(gradient[0] + 0.3 / 0.2)).toBeLessThan(0.4);
  const { bytes, x } = density.toDescriptor();
  const revived = estimatorFromBytes<PosteriorEstimator>(bytes).at(x);
  expect(revived.logDensityAndGradient(position, new Float64Array(2))).toBe(value);
});

test("a file gives the same draws and densities", () => {
  const revived = estimatorFromBytes<VectorFieldEstimator>(estimatorToBytes(estimator));
  expect(revived.spec).toEqual(estimator.spec);
  expect(revived.logProb([0.1, 0.2], [0, 1])).toEqual(estimator.logProb([0.1, 0.2], [0, 1]));
  expect(revived.sample(rngFromSeed(4), [0, 1], 5)).toEqual(estimator.sample(rngFromSeed(4), [0, 1], 5));
});

test("training is a function of the seed, and goes on from a checkpoint as if there had been no break", async () => {
  const checkpoints: Checkpoint[] = [];
  const recipe = vectorField({ ...OPTIONS, numEpochs: 4 });
  const options = { seed: 3, onCheckpoint: (checkpoint: Checkpoint) => checkpoints.push(structuredClone(checkpoint)) };
  const whole = await train(recipe, simulations, options);
  const resumed = await train(recipe, simulations, { seed: 3, resume: checkpoints[1] });
  expect(resumed.weights).toEqual(whole.weights);
  expect(resumed.spec.provenance.histories).toEqual(whole.spec.provenance.histories);
});

test("composed trials have the posterior of all of them", () => {
  const trials = [0.6, -0.2, 1.4, 0.3, 0.9, -0.6, 1.6, 0.1];
  const count = 600;
  const N = 4;
  for (const compose of ["gauss", "jacobian"] as const) {
    const draws = estimator.sample(rngFromSeed(5), trials, count, { compose });
    expect(draws.length).toBe(count * 2);
    const variance = 1 / (1 + N / NOISE ** 2);
    for (let p = 0; p < 2; p++) {
      const sum = trials.reduce((total, value, i) => total + (i % 2 === p ? value : 0), 0);
      const exact = (variance * sum) / NOISE ** 2;
      const { mean, deviation } = moments(draws, 2, p);
      // Three standard errors of the draws' moments, and .1 sd or 6 % for what 3,800 simulations leave unknown.
      expect(Math.abs(mean - exact)).toBeLessThan((3 / Math.sqrt(count) + 0.1) * Math.sqrt(variance));
      expect(Math.abs(deviation / Math.sqrt(variance) - 1)).toBeLessThan(3 / Math.sqrt(2 * count) + 0.06);
    }
  }
});

test("draws respect the support, and ensembles draw from all members", async () => {
  const bounded = await simulate({ simulator, prior: { a: uniform(0, 1), b: uniform(-1, 1) }, count: 1000, seed: 2 });
  const recipe = vectorField({ ...OPTIONS, numEpochs: 2, numMembers: 2, path: "variance-preserving" });
  const two = await train(recipe, bounded, { seed: 1 });
  const draws = two.sample(rngFromSeed(1), [0.1, 0.9], 500);
  for (let i = 0; i < draws.length; i += 2) {
    expect(draws[i] > 0 && draws[i] < 1 && draws[i + 1] > -1 && draws[i + 1] < 1).toBe(true);
  }
  expect(two.logProb([1.2, 0], [0.1, 0.9])[0]).toBe(-Infinity);
  expect(Number.isFinite(two.logProb([0.2, 0], [0.1, 0.9])[0])).toBe(true);
});

test("as a likelihood it is normalised, samples, and has gradients in θ", async () => {
  const likelihood = await train(vectorField({ ...OPTIONS, target: "likelihood" }), simulations, { seed: 1 });
  const exact = -Math.log(2 * Math.PI * 0.25) - (0.2 ** 2 + 0.3 ** 2) / 0.5;
  expect(Math.abs(likelihood.logProb([1.2, -0.3], [1, 0])[0] - exact)).toBeLessThan(0.15);
  const { deviation } = moments(likelihood.sample(rngFromSeed(2), [1, 0], 2000), 2, 0);
  expect(Math.abs(deviation / NOISE - 1)).toBeLessThan(5 / Math.sqrt(4000) + 0.03);
  const bound = likelihood.bind({ u: [1.2], v: [-0.3] }, new Int32Array(1), 1);
  const logTerms = new Float64Array(1);
  bound.evaluate(Float64Array.of(1, 0), logTerms);
  const gradient = new Float64Array(2);
  bound.pullback(Float64Array.of(1), gradient);
  expect(Math.abs(gradient[0] - 0.2 / 0.25)).toBeLessThan(0.3);
});

test("distilled, a field is a fast density, and the gap is told", async () => {
  const small = { ...OPTIONS, numEpochs: 2 };
  const recipe = nle({ numEpochs: 3, hidden: [16, 16] });
  const field = await train(vectorField({ ...small, target: "likelihood" }), simulations, { seed: 1 });
  const fast = await distil(field, simulations, { seed: 1, count: 4000, recipe });
  expect(fast.estimator.spec.density.kind).toBe("autoregressive");
  expect(Math.abs(fast.gap)).toBeLessThan(0.05 + 4 * fast.standardError);
  const posterior = await distil(estimator, simulations, {
    seed: 1,
    count: 4000,
    recipe: npe({ numEpochs: 3, hidden: [16, 16] }),
    onNotice: () => {},
  });
  expect(posterior.estimator.spec.target).toBe("posterior");
  expect(Math.abs(posterior.gap)).toBeLessThan(0.05 + 4 * posterior.standardError);
  expectRefusal(() => distil(fast.estimator, simulations, { seed: 1 }), { kind: "input", field: "estimator" });
});

test("an embedding that npe has trained summarises x for the field, in its file, too", async () => {
  const embedding = { kind: "mlp", hidden: [16], numSummaries: 4 } as const;
  const recipe = npe({ embedding, density: "autoregressive", numEpochs: 4, hidden: [16, 16], numMembers: 1 });
  const posterior = await train(recipe, simulations, { seed: 1, onNotice: () => {} });
  const field = await train(
    vectorField({ ...OPTIONS, numEpochs: 4, numMembers: 2, embedding: posterior }),
    simulations,
    {
      seed: 1,
    },
  );
  expect(field.spec.embedding).toEqual(posterior.spec.embedding);
  const x = [1, -0.5];
  expect(field.summaries(x)).toEqual(posterior.summaries(x));
  const { mean } = moments(field.sample(rngFromSeed(1), x, 1000), 2, 0);
  // Little training: within half a posterior sd.
  expect(Math.abs(mean - 0.8)).toBeLessThan(0.5 * POSTERIOR_DEVIATION);
  const revived = estimatorFromBytes<VectorFieldEstimator>(estimatorToBytes(field));
  expect(revived.sample(rngFromSeed(1), x, 3)).toEqual(field.sample(rngFromSeed(1), x, 3));
  expectRefusal(() => vectorField({ target: "likelihood", embedding: posterior }), {
    kind: "input",
    field: "embedding",
  });
});

test("an embedding of sets is taken over, too", async () => {
  const sets = await simulate({
    simulator,
    prior: { a: normal(0, 1), b: normal(0, 1) },
    count: 300,
    seed: 4,
    trials: [2, 5],
  });
  const embedding = { kind: "set", hidden: [8], numSummaries: 4 } as const;
  const recipe = npe({ embedding, density: "autoregressive", numEpochs: 2, hidden: [8], numMembers: 1 });
  const posterior = await train(recipe, sets, { seed: 1, onNotice: () => {} });
  const small = { numEpochs: 2, hidden: [8] } as const;
  const field = await train(vectorField({ ...small, embedding: posterior }), sets, { seed: 1 });
  const draws = field.sample(rngFromSeed(1), [1, -0.5, 0.8, -0.2, 1.2, 0.1], 3);
  expect(draws.length).toBe(6);
  expect(draws.every(Number.isFinite)).toBe(true);
});

test("counts cannot be moved by a field, and the message says what learns them", async () => {
  const counting = {
    name: "counting",
    parameters: ["a"],
    columns: [{ name: "k", kind: "count" }] as const,
    simulate(rng: Rng, theta: Float64Array, out: Float64Array) {
      out[0] = Math.floor(5 * rng.uniform() + theta[0]);
    },
  };
  const counts = await simulate({ simulator: counting, prior: { a: uniform(0, 3) }, count: 200, seed: 1 });
  const error = await expectRejection(() => train(vectorField({ target: "likelihood" }), counts, { seed: 1 }), {
    kind: "input",
    field: "k",
  });
  expect(error.remedy).toBe("Train nle() instead.");
});

test("an estimator to go on from is refused, not ignored", async () => {
  const likelihood = await train(nle({ numEpochs: 1, hidden: [4] }), simulations, { seed: 1 });
  await expectRejection(() => train(vectorField(OPTIONS), simulations, { seed: 1, from: likelihood }), {
    kind: "input",
    field: "from",
  });
});

test("an observation far beyond float32 is lost alone", () => {
  const alone = estimator.logProb([0.1, 0.2], [0, 0]);
  const found = estimator.logProb([0.1, 0.2, 1e39, 0, 0.1, 0.2], [0, 0]);
  expect(found[0]).toBeCloseTo(alone[0], 3);
  expect(found[1]).toBeNaN();
  expect(found[2]).toBeCloseTo(alone[0], 3);
  const draws = estimator.sample(rngFromSeed(1), [0, 0, 1e39, 0, 1, 1], 2);
  expect(Array.from(draws, Number.isFinite)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
    ...Array(4).fill(true),
  ]);
});

test("options out of range are refused by name", () => {
  expectRefusal(() => vectorField({ path: "straight" as "flow-matching" }), { kind: "input", field: "path" });
  expectRefusal(() => vectorField({ numSteps: 0 }), { kind: "input", field: "numSteps" });
  const rng = rngFromSeed(1);
  const bad: readonly [field: string, hutchinson: object | null][] = [
    ["hutchinson.directions", { rng, directions: 0 }],
    ["hutchinson.directions", { rng }],
    ["hutchinson.rng", { directions: 2 }],
    ["hutchinson.rng", null],
  ];
  for (const [field, hutchinson] of bad) {
    expectRefusal(
      () => estimator.logProb([0], [0, 0], { hutchinson: hutchinson as { rng: Rng; directions: number } }),
      {
        kind: "input",
        field,
      },
    );
  }
  expectRefusal(() => estimator.sample(rngFromSeed(1), [0, 0], 1, { method: "magic" as "ode" }), {
    kind: "input",
    field: "method",
  });
  const trials = new Float64Array(2 * 1025);
  expectRefusal(() => estimator.sample(rngFromSeed(1), trials, 1, { compose: "gauss" }), { kind: "input", field: "x" });
});
