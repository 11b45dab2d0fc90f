import { type LearnedDensity, real } from "@poolish/core";
import { createDrawsDensity, type DrawsDensity, numDensityWeights } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { learnedPrior, model, normal } from "@poolish/ppl";
import { expect, test } from "vitest";
import { infer, loo, posteriorPredictive, priorPredictive } from "../../src/index.ts";

/** mu and nu, standard normal with correlation rho. */
function gaussian(rho: number): LearnedDensity {
  const residual = 1 - rho * rho;
  return {
    dim: 2,
    parameters: ["mu", "nu"].map((name) => ({ name, support: real, box: [-4, 4] })),
    supports: [real, real],
    logDensityAndGradient([mu, nu], gradient) {
      gradient[0] = -(mu - rho * nu) / residual;
      gradient[1] = -(nu - rho * mu) / residual;
      return -0.5 * ((mu * mu - 2 * rho * mu * nu + nu * nu) / residual + Math.log(residual)) - Math.log(2 * Math.PI);
    },
    sample(rng, position) {
      position[0] = standardNormal(rng);
      position[1] = rho * position[0] + Math.sqrt(residual) * standardNormal(rng);
    },
    toDescriptor: () => ({ kind: "estimator", bytes: new Uint8Array(0), x: new Float64Array(0) }),
  };
}

const RHO = 0.8;
const stage = model<{ y: readonly number[]; density: LearnedDensity }>("stage", ({ sample, observe }, data) => {
  const { mu } = sample("earlier", learnedPrior(data.density));
  observe("y", normal(mu, 1), data.y);
});

const options = { seed: 3, chains: 2, warmup: 300, draws: 1000, workers: 1 };

test("data of this stage update the old one exactly, correlations included", async () => {
  const fit = await infer(stage, { y: [2, 1, 3], density: gaussian(RHO) }, options);
  // mu: precision 1 + 3, mean 6 / 4. nu follows by rho.
  const variance = 1 / 4;
  const expected = [
    { name: "mu", mean: 1.5, sd: Math.sqrt(variance) },
    { name: "nu", mean: RHO * 1.5, sd: Math.sqrt(1 - RHO ** 2 + RHO ** 2 * variance) },
  ];
  for (const { name, mean, sd } of expected) {
    const row = fit.summary().find((each) => each.name === name);
    // 4 standard errors of the mean; the standard deviation's is about 1 / sqrt(2 ESS).
    expect(Math.abs((row?.mean ?? 0) - mean)).toBeLessThan(4 * (row?.mcse ?? 0));
    expect(Math.abs((row?.sd ?? 0) / sd - 1)).toBeLessThan(4 / Math.sqrt(2 * (row?.essBulk ?? 1)));
  }
  const [prior] = fit.extrapolation().priors;
  expect(prior.site).toBe("earlier");
  expect(prior.share).toBeLessThan(0.01);
  expect(fit.notices().join()).not.toMatch(/leaves the learned prior/);
});

test("tells of a posterior that leaves the old one, by parameter and jointly", async () => {
  const fit = await infer(stage, { y: [6, 6.2, 5.9, 6.1], density: gaussian(RHO) }, options);
  const [{ share, parameters }] = fit.extrapolation().priors;
  // mu is near 4.84 with sd 0.45: far beyond 3.29 standard deviations of the prior.
  expect(share).toBeGreaterThan(0.9);
  expect(parameters.map(({ name }) => name)).toEqual(["mu", "nu"]);
  expect(parameters[0].share).toBeGreaterThan(0.9);
  expect(parameters[0].below).toBe(0);
  expect(fit.notices().join()).toMatch(/leaves the learned prior earlier: \d+ % of draws .*mu \d+ %, above it/);
});

test("is where chains start: a prior far away, whose tails lead nowhere, is found", async () => {
  const near = gaussian(RHO);
  const distant: LearnedDensity = {
    ...near,
    logDensityAndGradient([mu, nu], gradient) {
      if (Math.abs(mu - 800) < 8) return near.logDensityAndGradient(Float64Array.of(mu - 800, nu - 800), gradient);
      gradient.fill(0);
      return -60;
    },
    sample(rng, position) {
      near.sample(rng, position);
      for (let i = 0; i < 2; i++) position[i] += 800;
    },
  };
  for (const init of ["random", "pathfinder"] as const) {
    const fit = await infer(stage, { y: [802, 801, 803], density: distant }, { ...options, init });
    const row = fit.summary().find(({ name }) => name === "mu");
    expect(Math.abs((row?.mean ?? 0) - 801.5)).toBeLessThan(4 * (row?.mcse ?? 0));
  }
});

test("is drawn from as a whole by prior and posterior predictions, and is no data of leave-one-out", async () => {
  const data = { y: [1, 2], density: gaussian(RHO) };
  const prior = priorPredictive(stage, data, { count: 4000, seed: 1 });
  const mean = prior.values.reduce((sum, value) => sum + value / prior.values.length, 0);
  // y = mu + noise, two to a draw: variance 2, with covariance 1 in a pair. The mean's standard error is sqrt(1.5 / 4000).
  expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(1.5 / 4000));
  const fit = await infer(stage, data, options);
  expect(posteriorPredictive(fit, { count: 10, seed: 2 }).numTrials).toBe(2);
  expect(loo(fit).pointwise).toHaveLength(2);
});

test("is the prior of particles, whose evidence is exact", async () => {
  const data = { y: [0.5], density: gaussian(RHO) };
  const fit = await infer(stage, data, { method: "smc", chains: 2, particles: 2000, seed: 4 });
  const expected = -0.5 * (0.5 ** 2 / 2) - 0.5 * Math.log(2 * Math.PI * 2);
  const { logEvidence, standardError } = fit.evidence ?? { logEvidence: 0, standardError: 0 };
  expect(Math.abs(logEvidence - expected)).toBeLessThan(4 * standardError + 0.02);
});

/** Two standard normals, as an estimator of draws: weights are all 0 but for a mixture's. */
function standardDraws(): DrawsDensity {
  const column = {
    ...({ kind: "continuous", transform: "identity", edge: 1, mean: 0, standardDeviation: 1 } as const),
    ...{ lower: -Infinity, upper: Infinity },
  };
  const hidden = { hidden: [], activation: "silu" } as const;
  const density = {
    ...({ kind: "autoregressive", columns: [column, column], numFeatures: 1, numConditions: 0 } as const),
    ...{ isCoupled: true, numComponents: 1, trunk: hidden, branch: hidden },
  };
  return createDrawsDensity(
    {
      ...({ format: "poolish-estimator", version: 1, target: "density", numMembers: 1 } as const),
      parameters: ["mu", "nu"].map((name) => ({ name, support: real, box: [-3, 3] })),
      density,
      provenance: {
        ...{ simulator: "draws", simulationSeed: 0, numSimulations: 1, numDropped: 0, trainingSeed: 0 },
        ...{ backend: "none", histories: [[]], keptEpochs: [0], heldOutLogDensity: 0 },
      },
    },
    new Float32Array(numDensityWeights(density)),
  );
}

test("is revived in threads: the same draws as in this one", async () => {
  const data = { y: [2, 1], density: standardDraws() };
  const short = { ...options, warmup: 50, draws: 50 };
  const here = await infer(stage, data, short);
  const there = await infer(stage, data, { ...short, workers: 2 });
  expect(there.draws("mu")).toEqual(here.draws("mu"));
  expect(here.draws("mu")[0].every(Number.isFinite)).toBe(true);
});
