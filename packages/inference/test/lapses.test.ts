import { infer, loo, pointwiseLogLikelihood, posteriorPredictive } from "@poolish/inference";
import { beta, learned, model, normal, uniform } from "@poolish/ppl";
import { expectMeanWithin } from "@poolish/testkit";
import { expect, test } from "vitest";
import { emptyLikelihood } from "./fixtures/emptyLikelihood.ts";

const options = { seed: 4, chains: 2, warmup: 300, draws: 500, workers: 1 };
const data = { x: [0, 1, 2, 3], dose: [10, 20, 30, 40] };

/** Says nothing of x (log p = 0), and predicts the dose. */
const likelihood = emptyLikelihood({
  conditions: [{ name: "dose", kind: "continuous" }],
  sample: (_rng, _theta, count, out, conditions = new Float64Array(count)) => out.set(conditions.subarray(0, count)),
});

/** Trials whose lapses have the probability that a prior beta(3, 9) leads to. */
const lapsing = model("lapsing", ({ sample, observe }) => {
  const probability = sample("lapse", beta(3, 9));
  const parts = { mean: sample("mean", normal(0, 0.2)), scale: 1 };
  observe("site", learned(likelihood, parts, { lapse: { probability, density: { x: uniform(-5, 5) } } }), data);
});

test("predicted trials are lapses as often as the posterior says, and follow their conditions otherwise", async () => {
  const fit = await infer(lapsing, {}, options);
  const count = fit.numChains * fit.numDraws;
  const { values } = posteriorPredictive(fit, { count, seed: 2 });
  const isLapse = values.map((x) => Number(x < 5));
  values.forEach((x, i) => {
    if (isLapse[i] === 0) expect(x).toBe(data.dose[i % 4]);
  });
  const [{ mean, mcse }] = fit.summary();
  const share = isLapse.reduce((sum, each) => sum + each, 0) / isLapse.length;
  // Draw i predicts data set i: what is left is the error of binomial shares.
  expectMeanWithin({ estimate: share, standardError: Math.sqrt((mean * (1 - mean)) / isLapse.length), expected: mean });
  expect(mcse).toBeLessThan(0.02);
});

test("pointwise log-likelihoods are those of the mixture", async () => {
  const fit = await infer(lapsing, {}, options);
  const { values, shape } = pointwiseLogLikelihood(fit).toArray();
  expect(shape).toEqual([2, 500, 4]);
  const probabilities = fit.draws("lapse").flatMap((chain) => Array.from(chain));
  values.forEach((value, i) => {
    const probability = probabilities[Math.floor(i / 4)];
    expect(value).toBeCloseTo(Math.log(1 - probability + probability / 10), 12);
  });
  expect(loo(fit).elpd).toSatisfy(Number.isFinite);
});

test("the posterior of the probability is the exact one, by chains and by particles", async () => {
  // p(x | π) = (1 - 0.9 π)⁴.
  let [mass, moment] = [0, 0];
  for (let i = 0; i < 10_000; i++) {
    const probability = (i + 0.5) / 10_000;
    const weight = probability ** 2 * (1 - probability) ** 8 * (1 - 0.9 * probability) ** 4;
    mass += weight;
    moment += weight * probability;
  }
  const { draws: _, warmup: __, ...others } = options;
  for (const more of [options, { ...others, method: "smc", particles: 2000 } as const]) {
    const [{ mean, sd, mcse }] = (await infer(lapsing, {}, more)).summary();
    // Particles of one population are nearly independent; their own error is not smaller.
    const standardError = "particles" in more ? Math.max(mcse, sd / Math.sqrt(2000)) : mcse;
    expectMeanWithin({ estimate: mean, standardError, expected: moment / mass });
  }
});

test("models with lapses survive structured cloning, as threads need it", async () => {
  const { model: compiled } = await infer(lapsing, {}, { ...options, warmup: 10, draws: 5 });
  expect(structuredClone(compiled.observations)).toEqual(compiled.observations);
  expect(compiled.observations[0].lapse).toEqual([{ kind: "family", family: "uniform", parameters: [-5, 5] }]);
});
