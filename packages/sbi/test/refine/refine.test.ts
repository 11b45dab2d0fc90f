import { rngFromSeed, type Simulator } from "@poolish/core";
import { normal } from "@poolish/distributions";
import { type Fit, infer } from "@poolish/inference";
import { standardNormal } from "@poolish/math";
import { halfNormal, learned, type Model, model, nonCentered } from "@poolish/ppl";
import { beforeAll, describe, expect, test } from "vitest";
import { type Estimator, nle, type Refinement, refine, type Simulations, simulate, train } from "../../src/index.ts";

/** x ~ Normal(level, 1): a trial's negative entropy is −½ log(2πe), at every level. */
const simulator: Simulator = {
  name: "level",
  parameters: ["level"],
  columns: [{ name: "x", kind: "continuous" }],
  simulate(rng, [level], out) {
    out[0] = level + standardNormal(rng);
  },
};
const EXACT_LOG_DENSITY = -0.5 * Math.log(2 * Math.PI * Math.E);
const recipe = nle({ hidden: [16], numComponents: 3, numEpochs: 15 });

interface Data {
  readonly group: Int32Array;
  readonly x: Float64Array;
}

const groups = (likelihood: Estimator): Model<Data> =>
  model("groups", ({ sample, plate, observe }, { group, x }: Data) => {
    const [mu, tau] = [sample("mu", normal(0, 5)), sample("tau", halfNormal(1))];
    const level = plate("group", 4, () => sample("level", nonCentered(normal(mu, tau))));
    observe("trials", learned(likelihood, { level: level.at(group) }), { x });
  });

/** Four groups of ten about 1.2, at the edge of what the first training saw. */
const rng = rngFromSeed(3);
const group = Int32Array.from({ length: 40 }, (_, i) => i % 4);
const data: Data = { group, x: Float64Array.from(group, (g) => 1.2 + 0.3 * (g - 1.5) + standardNormal(rng)) };
const settings = { chains: 2, warmup: 300, draws: 400, targetAcceptance: 0.9, workers: 1 };

let simulations: Simulations;
let estimator: Estimator;
let fit: Fit;
let refinement: Refinement;
beforeAll(async () => {
  simulations = await simulate({ simulator, prior: { level: normal(0, 0.5) }, count: 1000, seed: 1 });
  estimator = await train(recipe, simulations, { seed: 1 });
  fit = await infer(groups(estimator), data, { ...settings, seed: 1 });
  refinement = await refine(fit, simulator, { simulations, count: 1500, seed: 2, recipe, infer: settings });
});

describe("refine", () => {
  test("joins old and new simulations, the old ones first, for a further round", () => {
    const { simulations: joined, estimator: refined } = refinement;
    expect(joined.count).toBe(2500);
    expect(joined.x.slice(0, 1000)).toEqual(simulations.x);
    expect(refined.spec.provenance.numSimulations).toBe(2500);
    expect(refined.spec.features).toEqual(estimator.spec.features);
  });

  test("simulates where the posterior lives and where its new groups would", () => {
    const fresh = refinement.simulations.theta.subarray(1000);
    const mean = fresh.reduce((sum, value) => sum + value / fresh.length, 0);
    // The prior's mean is 0, its standard deviation .5.
    expect(mean).toBeGreaterThan(0.8);
    const levels = [1, 2, 3, 4].flatMap((g) => fit.draws(`level[${g}]`).flatMap((chain) => [...chain]));
    const known = new Set(levels);
    const share = fresh.filter((value) => known.has(value)).length / fresh.length;
    // One half; a new group that lies too far beyond the box is replaced by a row of the posterior.
    expect(share).toBeGreaterThan(0.5 - 4 * Math.sqrt(0.25 / fresh.length));
    expect(share).toBeLessThan(0.95);
  });

  test("makes the box hold the groups, and the density right there", () => {
    const { heldOut, boxCoverage } = refinement;
    expect(boxCoverage.after).toBeGreaterThan(0.95);
    expect(boxCoverage.after).toBeGreaterThan(boxCoverage.before);
    expect(heldOut.after).toBeGreaterThanOrEqual(heldOut.before - 0.01);
    // 125 held-out trials: the standard error of a mean of −x²/2 is √(1/2 / 125).
    expect(Math.abs(heldOut.after - EXACT_LOG_DENSITY)).toBeLessThan(0.05 + 4 * Math.sqrt(0.5 / 125));
  });

  test("says what moved, and by how much", () => {
    const { changes, notices } = refinement;
    expect(changes.map(({ name }) => name)).toEqual(fit.summary().map(({ name }) => name));
    const [mu] = changes;
    const [before, after] = [fit, refinement.fit].map((each) => each.summary()[0]);
    expect(mu.shift).toBeCloseTo((after.mean - before.mean) / before.sd, 12);
    expect(notices.slice(3)).toEqual(refinement.fit.notices());
    expect(notices.join(" ")).toMatch(/moved most is that of .* sd.*held-out log-density.*training box/);
  });

  test("refuses other simulations, and a simulator of something else", async () => {
    const options = { simulations, count: 300, seed: 1, recipe };
    const fewer = { ...simulations, count: 999 };
    await expect(refine(fit, simulator, { ...options, simulations: fewer })).rejects.toMatchObject({
      field: "simulations",
    });
    const other = { ...simulator, parameters: ["rate"] };
    await expect(refine(fit, other, options)).rejects.toThrow(
      /draws x of rate, the fit's likelihoods explain x of level/,
    );
  });
});
