import { PoolishError, type Rng, real, rngFromSeed } from "@poolish/core";
import { estimatorFromBytes, estimatorToBytes } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { nle, normal, nre, simulate, train } from "@poolish/sbi";
import { describe, expect, test } from "vitest";
import type { Simulator } from "../src/simulator.ts";

/** What each kind of stimulus adds: in no order of their codes, which are far apart. */
const EFFECTS = new Map([
  [1, 3],
  [2, -2],
  [40, 1],
]);
const KINDS = [...EFFECTS.keys()];

const simulator: Simulator = {
  parameters: ["mean"],
  columns: [{ name: "x", kind: "continuous" }],
  conditions: [{ name: "stimulus", kind: "category" }],
  simulate(rng, [mean], out, [stimulus]) {
    out[0] = mean + (EFFECTS.get(stimulus) ?? Number.NaN) + standardNormal(rng);
  },
};
const anyKind = {
  parameters: [{ name: "stimulus", support: real }],
  sample(rng: Rng, out: Float64Array): void {
    out[0] = KINDS[Math.floor(rng.uniform() * KINDS.length)];
  },
};
const simulations = await simulate({
  simulator,
  prior: { mean: normal(0, 1) },
  conditions: anyKind,
  count: 3000,
  seed: 1,
});

/** Fresh trials with log p(x | mean, stimulus). */
function fresh(count: number) {
  const rng = rngFromSeed(2);
  const [theta, x, stimulus, exact] = [0, 1, 2, 3].map(() => new Float64Array(count));
  for (let i = 0; i < count; i++) {
    theta[i] = standardNormal(rng);
    stimulus[i] = KINDS[i % KINDS.length];
    const z = standardNormal(rng);
    x[i] = theta[i] + (EFFECTS.get(stimulus[i]) ?? Number.NaN) + z;
    exact[i] = -0.5 * (z * z + Math.log(2 * Math.PI));
  }
  return { theta, x, stimulus, exact };
}

function refusalOf(run: () => unknown): PoolishError {
  try {
    run();
  } catch (error) {
    if (error instanceof PoolishError) return error;
  }
  throw new Error("nothing was refused");
}

describe("a known condition of categories", () => {
  test("is learned as one, each with an effect of its own, and comes back from the file", async () => {
    const estimator = await train(nle(), simulations, { seed: 1 });
    expect(estimator.spec.conditionScales).toEqual([{ values: KINDS }]);
    expect(estimator.conditions[0].categories).toEqual(KINDS);
    const { theta, x, stimulus, exact } = fresh(3000);
    const learned = estimator.logProb(x, theta, stimulus);
    const gap = exact.reduce((sum, value, i) => sum + (value - learned[i]) / exact.length, 0);
    // Who does not know the stimulus lies .5 log(1 + 38/9) = .83 nats behind.
    expect(gap).toBeLessThan(0.03);
    const read = estimatorFromBytes(estimatorToBytes(estimator));
    expect(read.logProb(x, theta, stimulus)).toEqual(learned);
  });

  test("has no value that training did not see, nor a neighbour of one", async () => {
    const likelihood = await train(nle({ numEpochs: 1 }), simulations, { seed: 1, onWarning: () => {} });
    const ratio = await train(nre({ numEpochs: 1 }), simulations, { seed: 1, onWarning: () => {} });
    const data = { x: [0, 0, 0], stimulus: [1, 2, 3] };
    for (const estimator of [likelihood, ratio]) {
      const { field, row, message } = refusalOf(() => estimator.bind(data, new Int32Array(3), 1));
      expect([field, row]).toEqual(["stimulus", 2]);
      expect(message).toContain("3 is not one of the categories that training saw: 1, 2, 40");
    }
    expect(refusalOf(() => likelihood.logProb([0], [0], [3])).field).toBe("stimulus");
    const further = {
      ...simulations,
      conditionValues: simulations.conditionValues.map((kind) => (kind === 40 ? 3 : kind)),
    };
    await expect(train(nle(), further, { seed: 1, from: likelihood })).rejects.toThrow(
      /3 is not one of the categories/,
    );
  });
});
