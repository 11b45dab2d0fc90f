import { loo, posterior, posteriorPredictive } from "@poolish/inference";
import { standardNormal } from "@poolish/math";
import {
  type Checkpoint,
  estimatorFromBytes,
  estimatorToBytes,
  normal,
  nre,
  type RatioEstimator,
  simulate,
  train,
} from "@poolish/sbi";
import { beforeAll, describe, expect, test } from "vitest";

const NOISE = 0.5;
const PRIOR = 2;
const simulator = {
  parameters: ["mu"],
  columns: [{ name: "x", kind: "continuous" }],
  simulate(rng: Parameters<typeof standardNormal>[0], theta: Float64Array, out: Float64Array) {
    out[0] = theta[0] + NOISE * standardNormal(rng);
  },
} as const;
const quick = { numEpochs: 6, numContrasts: 7 } as const;
const simulations = simulate({ simulator, prior: { mu: normal(0, PRIOR) }, count: 2000, seed: 1 });

describe("a ratio of normals", () => {
  let ratio: RatioEstimator;
  beforeAll(async () => {
    ratio = await train(nre(quick), await simulations, { seed: 1 });
  });

  test("is log N(x; μ, σ) − log N(x; 0, √(τ² + σ²))", () => {
    const marginal = PRIOR ** 2 + NOISE ** 2;
    for (const [x, mu] of [
      [0, 0],
      [1, 1.4],
      [2, 1.5],
      [-3, -3.2],
    ]) {
      const exact =
        -(((x - mu) / NOISE) ** 2) / 2 - Math.log(NOISE) + (x * x) / (2 * marginal) + Math.log(marginal) / 2;
      // The plane is known to NOISE / √1900 = .012: at 1 sd from it the ratio is off by that over NOISE, and by the network.
      expect(Math.abs(ratio.logRatio(x, mu)[0] - exact)).toBeLessThan(0.15);
    }
  });

  test("gives the conjugate posterior of five trials", async () => {
    const x = [0.4, 1.1, 0.7, 1.6, 0.9];
    const variance = 1 / (1 / PRIOR ** 2 + x.length / NOISE ** 2);
    const mean = (variance * x.reduce((a, b) => a + b, 0)) / NOISE ** 2;
    const { draws, fit } = await posterior(
      { likelihood: ratio, prior: { mu: normal(0, PRIOR) }, x },
      { method: "nuts", chains: 2, warmup: 300, draws: 600, seed: 1, workers: 1 },
    );
    const values = draws.columns.mu;
    const found = values.reduce((sum, value) => sum + value / values.length, 0);
    // The bar of issue 7: .3 posterior standard deviations.
    expect(Math.abs(found - mean)).toBeLessThan(0.3 * Math.sqrt(variance));
    expect(fit.evidence).toBeUndefined();
  });

  test("SMC leaves the evidence out, which a ratio does not know", async () => {
    const problem = { likelihood: ratio, prior: { mu: normal(0, PRIOR) }, x: [0.4] };
    const found = await posterior(problem, { method: "smc", particles: 200, seed: 1, workers: 1 });
    expect(found.fit.evidence).toBeUndefined();
    expect(() => found.logProb([0])).toThrow("evidence");
  });

  test("cross-validation and predictive draws are refused, and say why", async () => {
    const problem = { likelihood: ratio, prior: { mu: normal(0, PRIOR) }, x: [0.4, 1] };
    const { fit } = await posterior(problem, {
      method: "nuts",
      chains: 2,
      warmup: 100,
      draws: 100,
      seed: 1,
      workers: 1,
    });
    expect(() => loo(fit)).toThrow("known up to a factor only");
    expect(() => posteriorPredictive(fit, { seed: 1, count: 10 })).toThrow(
      "known up to a factor only and cannot be sampled",
    );
  });

  test("comes back from its file to the last bit", () => {
    const again = estimatorFromBytes<RatioEstimator>(estimatorToBytes(ratio));
    expect([...again.logRatio([0.3, 1.2], 0.5)]).toEqual([...ratio.logRatio([0.3, 1.2], 0.5)]);
  });

  test("the same seed gives the same weights, with a break as without", async () => {
    const checkpoints: Checkpoint[] = [];
    const onCheckpoint = (checkpoint: Checkpoint): void => void checkpoints.push(structuredClone(checkpoint));
    const whole = await train(nre(quick), await simulations, { seed: 1, onCheckpoint });
    const resumed = await train(nre(quick), await simulations, { seed: 1, resume: checkpoints[1] });
    expect(whole.weights).toEqual(ratio.weights);
    expect(resumed.weights).toEqual(ratio.weights);
  });

  test("does not go on from an estimator", async () => {
    const from = ratio as never;
    await expect(train(nre(quick), await simulations, { seed: 1, from })).rejects.toThrow("from");
  });
});

test.each(["B", "balanced"] as const)("loss %s compares θ as the likelihood does", async (loss) => {
  const ratio = await train(nre({ ...quick, loss }), await simulations, { seed: 1 });
  const difference = (mu: number, other: number): number => ratio.logRatio(1, mu)[0] - ratio.logRatio(1, other)[0];
  const exact = (mu: number): number => -(((1 - mu) / NOISE) ** 2) / 2;
  expect(Math.abs(difference(1, 1.5) - (exact(1) - exact(1.5)))).toBeLessThan(0.3);
});

test("a simulation that would have none to be contrasted with is refused", async () => {
  expect(() => nre({ batchSize: 1 })).toThrow("batchSize");
  const alone = train(nre({ ...quick, validationFraction: 1e-6 }), await simulations, { seed: 1 });
  await expect(alone).rejects.toThrow("1 held out");
});
