import { type AmortizedPosterior, type LearnedDensity, type Likelihood, positive, real } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { summarize } from "@poolish/mcmc";
import { expect, test } from "vitest";
import type { SampleBasedMarginal } from "../../src/host/distribution.ts";
import type { Posterior } from "../../src/nuts/posterior.ts";
import { type CallCounts, poissonLikelihood } from "../fixtures/poissonLikelihood.ts";
import { runProgram } from "../support/webpplProgram.ts";

const K = 4.5;

/** chips ~ Poisson(rate · hours): with the known condition "hours" of each trial. */
function exposedLikelihood(): Likelihood {
  const base = poissonLikelihood();
  return {
    ...base,
    conditions: [{ name: "hours", kind: "continuous" }],
    bind(columns, row) {
      const hours = Float64Array.from(columns.hours);
      // One row for each trial of the plain likelihood, whose θ is scaled here.
      const bound = base.bind(
        columns,
        Int32Array.from(row, (_, i) => i),
        row.length,
      );
      const scaled = new Float64Array(row.length);
      return {
        ...bound,
        evaluate(theta, logTerms) {
          for (let i = 0; i < row.length; i++) scaled[i] = theta[row[i]] * hours[i];
          bound.evaluate(scaled, logTerms);
        },
        pullback(adjoint, thetaGradient) {
          const gradient = new Float64Array(row.length);
          bound.pullback(adjoint, gradient);
          for (let i = 0; i < row.length; i++) thetaGradient[row[i]] += gradient[i] * hours[i];
        },
      };
    },
  };
}

/** p(mu, s | x): mu ~ Normal(x, 1), s ~ Exponential(1), learned in a manner of speaking. */
const normalPosterior: AmortizedPosterior = {
  parameters: [
    { name: "mu", support: real, box: [-10, 10] },
    { name: "s", support: positive, box: [0, 10] },
  ],
  columns: [{ name: "y", kind: "continuous" }],
  at: (x) => normalDensity(typeof x === "number" ? x : x[0]),
};

function normalDensity(x: number): LearnedDensity {
  return {
    dim: 2,
    parameters: normalPosterior.parameters,
    supports: [real, positive],
    logDensityAndGradient([mu, s], gradient) {
      gradient[0] = x - mu;
      gradient[1] = -1;
      return s > 0 ? -0.5 * (mu - x) ** 2 - 0.5 * Math.log(2 * Math.PI) - s : -Infinity;
    },
    sample(rng, position) {
      position[0] = x + standardNormal(rng);
      position[1] = -Math.log(1 - rng.uniform());
    },
    toDescriptor: () => ({ kind: "estimator", bytes: new Uint8Array(), x: Float64Array.of(x) }),
  };
}

/** mu ~ normal(800, 2), as a network may have it: far away it is flat, and leads nowhere. */
const normalFarAway: LearnedDensity = {
  dim: 1,
  parameters: [{ name: "mu", support: real, box: [794, 806] }],
  supports: [real],
  logDensityAndGradient([mu], gradient) {
    const z = (mu - 800) / 2;
    const isNear = Math.abs(z) < 8;
    gradient[0] = isNear ? -z / 2 : 0;
    return isNear ? -0.5 * z * z - Math.log(2 * Math.sqrt(2 * Math.PI)) : -40;
  },
  sample(rng, position) {
    position[0] = 800 + 2 * standardNormal(rng);
  },
  toDescriptor: () => ({ kind: "estimator", bytes: new Uint8Array(0), x: new Float64Array(0) }),
};

const calls: CallCounts = { bind: 0, evaluate: 0, pullback: 0 };
const globals = {
  chips: poissonLikelihood(),
  counted: poissonLikelihood(calls),
  exposed: exposedLikelihood(),
  posterior: normalPosterior,
  distant: normalFarAway,
  counts: [3, 5, 4, 2],
  rows: [
    { chips: 3, hours: 0.5 },
    { chips: 9, hours: 2 },
  ],
};
const nuts = "method: 'NUTS', chains: 2, samples: 1000, burn: 500, seed: 1";
const chain = "method: 'MCMC', samples: 4000, burn: 500, lag: 2";
const gamma = "var r = gamma(2, 1);";
const learnedTheta = "Learned({ likelihood: exposed, theta: { rate: r }";
const prior = "var t = sample(LearnedPrior({ posterior: posterior, x: { y: 2 } }));";

/** Options of Infer, the model, and the exact mean of what it returns. */
const PROGRAMS: Readonly<Record<string, readonly [options: string, body: string, mean: number]>> = {
  logLikelihood: [nuts, `${gamma} factor(logLikelihood(chips, { rate: r }, counts)); return r;`, 16 / 5],
  vectorOfParameters: [
    nuts,
    "var t = dirichlet(Vector([2, 3])); var r = gamma(2, 1); observe(Learned({ likelihood: chips, theta: T.fromScalars(r) }), counts); return r + 0 * T.get(t, 0);",
    16 / 5,
  ],
  // log-rates ~ Normal(0, 1) with one count of each rate; E exp(log-rate) by quadrature below.
  vectorOfGroups: [
    nuts,
    "var z = tensorGaussian(0, 1, [2, 1]); observe(Learned({ likelihood: chips, theta: { rate: T.exp(z) } }), [[3, 4], [1]]); return T.get(z, 0);",
    groupMean([3, 4]),
  ],
  conditionsInTrials: [nuts, `${gamma} observe(${learnedTheta} }), rows); return r;`, 14 / 3.5],
  conditionsAsList: [
    nuts,
    `${gamma} observe(${learnedTheta}, conditions: { hours: [0.5, 2] } }), [3, 9]); return r;`,
    14 / 3.5,
  ],
  conditionForAll: [
    nuts,
    `${gamma} observe(${learnedTheta}, conditions: { hours: 0.5 } }), [3, 9]); return r;`,
    14 / 2,
  ],
  conditionsUnderMh: [
    chain,
    `${gamma} observe(${learnedTheta}, conditions: { hours: 0.5 } }), [3, 9]); return r;`,
    14 / 2,
  ],
  learnedPrior: [nuts, `${prior} observe(Gaussian({ mu: t.mu, sigma: 1 }), 0); return t.mu;`, 1],
  learnedPriorFarAway: [
    nuts,
    "var m = sample(LearnedPrior({ posterior: distant })).mu; observe(Gaussian({ mu: m, sigma: 2 }), 804); return m;",
    802,
  ],
  learnedPriorScale: [nuts, `${prior} return t.s;`, 1],
  learnedPriorUnderMh: [chain, `${prior} observe(Gaussian({ mu: t.mu, sigma: 1 }), 0); return t.mu;`, 1],
  learnedPriorUnderKernel: [`${chain}, kernel: 'NUTS'`, `${prior} var x = gaussian(t.mu, 1); return x;`, 2],
};

/** E z given counts ~ Poisson(exp z), z ~ Normal(0, 1), by the trapezoidal rule on ±8. */
function groupMean(counts: readonly number[]): number {
  let mass = 0;
  let first = 0;
  for (let z = -8; z <= 8; z += 1e-3) {
    const weight = Math.exp(-0.5 * z * z + counts.reduce((sum, count) => sum + count * z - Math.exp(z), 0));
    mass += weight;
    first += weight * z;
  }
  return first / mass;
}

const code = Object.entries(PROGRAMS).map(
  ([name, [options, body]]) => `${name}: Infer({ ${options}, model: function() { ${body} } })`,
);
const named = `Infer({ ${nuts}, model: function() { ${prior} return t; } })`;
const elbo = `Infer({ method: 'optimize', steps: 1500, samples: 2000, estimator: { ELBO: { samples: 5 } }, optMethod: { adam: { stepSize: 0.02 } }, model: function() { ${gamma} observe(Learned({ likelihood: chips, theta: { rate: r } }), counts); return r; } })`;
const marginals = runProgram(`({ ${code.join(",\n")}, named: ${named}, elbo: ${elbo} })`, globals) as Readonly<
  Record<string, SampleBasedMarginal>
>;

test.each(Object.entries(PROGRAMS))("%s", (name, [, , mean]) => {
  const draws = Float64Array.from(marginals[name].samples, ({ value }) => Number(value));
  const half = draws.length / 2;
  const summary = summarize([draws.slice(0, half), draws.slice(half)]);
  expect(Math.abs(summary.mean - mean)).toBeLessThan(K * summary.mcse);
});

test("the parts of a learned prior have names", () => {
  const { names, inferenceData } = (marginals.named as Posterior).poolish;
  expect(names).toEqual(["t.mu", "t.s"]);
  const [first] = marginals.named.samples;
  expect(first.value).toEqual({
    mu: inferenceData.posterior["t.mu"].values[0],
    s: inferenceData.posterior["t.s"].values[0],
  });
});

test("optimize: the guide of a gamma fits its support", () => {
  const draws = marginals.elbo.samples.map(({ value }) => Number(value));
  expect(Math.min(...draws)).toBeGreaterThan(0);
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  // The best softplus-normal is within 0.05 of Gamma(16, 1/5) (sd 0.8); noisy steps of 0.02 may add a tenth of an sd.
  expect(Math.abs(mean - 16 / 5)).toBeLessThan(0.05 + 0.16);
});

test.each([
  ["a condition that is missing", `${gamma} observe(${learnedTheta} }), [3]); return r;`, /needs the condition hours/],
  [
    "conditions of another length",
    `${gamma} observe(${learnedTheta}, conditions: { hours: [1, 2] } }), [3]); return r;`,
    /2 values for 1 trials/,
  ],
  [
    "groups that are missing",
    "observe(Learned({ likelihood: chips, theta: { rate: tensorGaussian(3, 0.1, [2, 1]) } }), [[1]]); return 1;",
    /2 groups, the observed value has 1/,
  ],
  [
    "a posterior as a likelihood",
    `${gamma} observe(Learned({ likelihood: posterior, theta: { rate: r } }), [3]); return r;`,
    /got a posterior/,
  ],
  [
    "an observation that is missing",
    "return sample(LearnedPrior({ posterior: posterior }));",
    /expected a number for y/,
  ],
])("%s is refused", (_, body, message) => {
  expect(() => runProgram(`Infer({ ${nuts}, model: function() { ${body} } })`, globals)).toThrow(message);
});

test("the kernel NUTS begins where the trace is: only the first trace and MH's steps draw from a learned prior", () => {
  let numDraws = 0;
  const counted: LearnedDensity = {
    ...normalFarAway,
    sample(rng, position) {
      numDraws++;
      normalFarAway.sample(rng, position);
    },
  };
  const model = "function() { return sample(LearnedPrior({ posterior: counted })).mu; }";
  const samples = 50;
  runProgram(`Infer({ method: 'MCMC', kernel: 'NUTS', samples: ${samples}, model: ${model} })`, { counted });
  expect(numDraws).toBe(1 + samples);
});
