import { PoolishError, type Rng, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { describe, expect, test } from "vitest";
import { type CalibrationRun, rankChiSquare, simulationBasedCalibration, uniformityBand } from "../../src/index.ts";

const SD = 2;

/** θ ~ normal(0, 1), x ~ normal(θ, 2), inferred by a normal that is shifted and stretched by posterior deviations. */
function normalRun(rng: Rng, shift: number, stretch: number): CalibrationRun {
  const theta = standardNormal(rng);
  const x = theta + SD * standardNormal(rng);
  const variance = 1 / (1 + 1 / SD ** 2);
  const sd = Math.sqrt(variance);
  const mean = (x / SD ** 2) * variance;
  const values = Float64Array.from({ length: 99 }, () => mean + shift * sd + stretch * sd * standardNormal(rng));
  return { truth: [theta], draws: { values, numColumns: 1 } };
}

const calibrate = (shift: number, stretch: number, seed = 1) =>
  simulationBasedCalibration({ names: ["theta"], run: (rng) => normalRun(rng, shift, stretch), count: 400, seed });

test("the exact posterior is calibrated", async () => {
  const result = await calibrate(0, 1);
  expect(result.isCalibrated).toBe(true);
  expect(result.notices).toEqual([]);
  expect(result.quantities[0].ranks).toHaveLength(400);
});

test.each([
  [0.4, 1, /theta is too high/],
  [-0.4, 1, /theta is too low/],
  [0, 0.6, /theta is too narrow/],
  [0, 1.6, /theta is too wide/],
])("one that is shifted by %d and stretched by %d is not, and it says how", async (shift, stretch, words) => {
  const result = await calibrate(shift, stretch);
  expect(result.isCalibrated).toBe(false);
  expect(result.notices.join()).toMatch(words);
});

test("data set i depends on the seed and i alone; ties take any place", async () => {
  const some = await simulationBasedCalibration({
    names: ["theta"],
    run: (rng) => normalRun(rng, 0, 1),
    count: 20,
    seed: 1,
  });
  expect([...some.quantities[0].ranks]).toEqual([...(await calibrate(0, 1)).quantities[0].ranks.slice(0, 20)]);
  const tied = await simulationBasedCalibration({
    names: ["constant"],
    run: () => ({ truth: [1], draws: { values: new Float64Array(99).fill(1), numColumns: 1 } }),
    count: 400,
    seed: 2,
  });
  expect(tied.isCalibrated).toBe(true);
});

describe("the band", () => {
  const rng = rngFromSeed(5);
  const band = uniformityBand(rng.foldIn(0), { count: 150, largestRank: 49 });
  const isInside = (ranks: Int32Array): boolean =>
    band.lower.every((lower, j) => {
      const below = ranks.reduce((sum, rank) => sum + Number(rank < j + 1), 0);
      return lower <= below && below <= band.upper[j];
    });

  test("holds all of a uniform distribution function in 95 of 100 cases, and its p-value agrees with it", () => {
    const repetitions = 2000;
    let inside = 0;
    let small = 0;
    for (let m = 0; m < repetitions; m++) {
      const stream = rng.foldIn(1 + m);
      const ranks = Int32Array.from({ length: 150 }, () => Math.floor(stream.uniform() * 50));
      const isIn = isInside(ranks);
      inside += Number(isIn);
      small += Number(band.pValue(ranks) <= 0.05);
      // Outside of the band is what p-values below its level mean, up to ties at the bound.
      if (!isIn) expect(band.pValue(ranks)).toBeLessThanOrEqual(0.06);
    }
    // The band's own level is known from 4000 simulations: 0.95 ± √(.05 .95 / 4000), here ± √(.05 .95 / 2000).
    const standardError = Math.sqrt(0.05 * 0.95 * (1 / repetitions + 1 / 4000));
    expect(inside / repetitions).toBeGreaterThan(0.95 - 4.5 * standardError);
    // Ranks are discrete, so that the band may hold a little more than its level.
    expect(inside / repetitions).toBeLessThan(0.97 + 4.5 * standardError);
    expect(small / repetitions).toBeLessThan(0.05 + 4.5 * standardError);
  });
});

test("chi-square of a table worked out by hand", () => {
  // 20 ranks of 0 … 3, 5 expected each: 9, 3, 3, 5 → (16 + 4 + 4 + 0) / 5 = 4.8 on 3 degrees, p = 0.18704 (R's pchisq).
  const ranks = [9, 3, 3, 5].flatMap((times, rank) => new Array<number>(times).fill(rank));
  const { statistic, degreesOfFreedom, pValue } = rankChiSquare(ranks, 3);
  expect(statistic).toBeCloseTo(4.8, 12);
  expect(degreesOfFreedom).toBe(3);
  expect(Math.abs(pValue / 0.18704 - 1)).toBeLessThan(0.01);
});

test.each([
  ["count", { count: 3 }],
  ["names", { names: ["a", "b"] }],
  ["draws", { numDraws: 200 }],
])("refuses a bad %s", async (field, wrong) => {
  const options = { names: ["theta"], run: (rng: Rng) => normalRun(rng, 0, 1), count: 20, seed: 1, ...wrong };
  const error: unknown = await simulationBasedCalibration(options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PoolishError);
  expect(error).toMatchObject({ kind: "input", field });
});
