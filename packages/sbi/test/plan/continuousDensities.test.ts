import { rngFromSeed } from "@poolish/core";
import { normal } from "@poolish/distributions";
import { createDensity, type DensitySpec, estimatorFromBytes, estimatorToBytes } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { caughtError } from "@poolish/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { initialFlowWeights } from "../../src/flow/initialFlowWeights.ts";
import { nle } from "../../src/nle.ts";
import { simulate } from "../../src/simulate.ts";
import type { Simulations } from "../../src/simulations.ts";
import type { Simulator } from "../../src/simulator.ts";
import { train } from "../../src/train.ts";

/** a ~ N(θ, 0.5), b ~ N(a − θ, 0.5): linear and normal. */
const plane: Simulator = {
  name: "plane",
  parameters: ["theta"],
  columns: [
    { name: "a", kind: "continuous" },
    { name: "b", kind: "continuous" },
  ],
  simulate(rng, [theta], out) {
    out[0] = theta + 0.5 * standardNormal(rng);
    out[1] = out[0] - theta + 0.5 * standardNormal(rng);
  },
};
/** log p(a, b | θ) has the mean −1 − log(2π) − 2 log 0.5. */
const ENTROPY = 1 + Math.log(2 * Math.PI) + 2 * Math.log(0.5);

let simulations: Simulations;
beforeAll(async () => {
  simulations = await simulate({ simulator: plane, prior: { theta: normal(0, 1) }, count: 2000, seed: 1 });
});

describe.each(["maf", "nsf", "mdn"] as const)("%s", (density) => {
  test("is trained, keeps its bits in a file, and is near the exact density", async () => {
    const estimator = await train(nle({ density, numEpochs: 12 }), simulations, { seed: 2 });
    const { x, theta } = await simulate({ simulator: plane, prior: { theta: normal(0, 1) }, count: 4000, seed: 3 });
    const logProb = estimator.logProb(x, theta);
    expect(estimatorFromBytes(estimatorToBytes(estimator)).logProb(x, theta)).toEqual(logProb);
    const mean = logProb.reduce((sum, value) => sum + value / 4000, 0);
    // Var(log p) is 1, so the mean is known to 1 / √4000; 12 short epochs leave less than a tenth of a nat.
    expect(Math.abs(mean + ENTROPY)).toBeLessThan(0.1 + 4 / Math.sqrt(4000));
    const draws = estimator.sample(rngFromSeed(4), 0.7, 2000);
    const first = draws.filter((_, i) => i % 2 === 0).reduce((sum, value) => sum + value / 2000, 0);
    expect(Math.abs(first - 0.7)).toBeLessThan(0.1 + (4 * 0.5) / Math.sqrt(2000));
  });

  test("refuses other columns, and names them", async () => {
    const columns = [simulations.columns[0], { name: "chips", kind: "count" as const }];
    const x = simulations.x.map((value, i) => (i % 2 === 1 ? Math.round(10 + Math.abs(value)) : value));
    const error = await caughtError(() => train(nle({ density }), { ...simulations, columns, x }, { seed: 2 }));
    expect(error).toMatchObject({ kind: "input", field: "chips" });
    expect(error.remedy).toBeTruthy();
  });
});

test("a flow begins as the identity", () => {
  const column = {
    kind: "continuous",
    transform: "identity",
    lower: -Infinity,
    upper: Infinity,
    edge: 1,
    mean: 0,
  } as const;
  const spec: DensitySpec = {
    kind: "flow",
    columns: [0, 1, 2].map(() => ({ ...column, standardDeviation: 1 })),
    numFeatures: 2,
    numConditions: 0,
    transform: { kind: "spline", numBins: 4, bound: 3 },
    orders: [
      [0, 1, 2],
      [2, 1, 0],
    ],
    hidden: [6, 6],
    activation: "silu",
    hasSkip: false,
  };
  const density = createDensity(spec, 1, 1);
  density.setWeights(initialFlowWeights(rngFromSeed(5), spec));
  density.setTerms({
    numTerms: 1,
    rowOfTerm: Int32Array.of(0),
    columns: [0.5, -1, 4].map((value) => Float64Array.of(value)),
    conditions: new Float64Array(0),
  });
  const logTerms = new Float64Array(1);
  density.evaluate(Float64Array.of(0.3, -0.2), 1, logTerms);
  expect(logTerms[0]).toBeCloseTo(-0.5 * (0.25 + 1 + 16) - 1.5 * Math.log(2 * Math.PI), 5);
});
