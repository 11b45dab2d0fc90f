import { checkEmulator } from "@poolish/checks";
import { type Fit, infer } from "@poolish/inference";
import { standardNormalCdf } from "@poolish/math";
import { describe, expect, test } from "vitest";
import { doseLikelihood, doseSimulator, type Fault } from "../support/doseLikelihood.ts";
import { doseData, doseModel } from "../support/doseModel.ts";

const fitWith = (fault: Fault): Promise<Fit> =>
  infer(doseModel(doseLikelihood(fault)), doseData, {
    chains: 1,
    warmup: 300,
    draws: 500,
    seed: 1,
    targetAcceptance: 0.9,
  });

describe("an exact emulator", () => {
  test("passes, by group and column, and the words say so", async () => {
    const check = await checkEmulator(await fitWith({}), doseSimulator, { count: 500, seed: 2 });
    expect(check.groups.map(({ label }) => label)).toEqual(["subject 1", "subject 2", "subject 3"]);
    expect(check.together.comparisons.map(({ column }) => column)).toEqual([undefined, "y", "response"]);
    expect(check.verdict).toMatch(/cannot be told from the simulator: the smallest p-value of 12 comparisons/);
    expect(check).toMatchObject({ isAlike: true, notices: [], count: 500, numFailed: 0, site: "trials" });
    for (const { comparisons } of [check.together, ...check.groups]) {
      // Two samples of 500 (1500): the mean has a standard error of √(2 / 500), the logarithm of the ratio √(1 / 500).
      expect(Math.abs(comparisons[1].shift ?? Infinity)).toBeLessThan(4 * Math.sqrt(2 / 500));
      expect(Math.abs(Math.log(comparisons[1].scaleRatio ?? Infinity))).toBeLessThan(4 * Math.sqrt(1 / 500));
      expect(comparisons[2].shift).toBeUndefined();
    }
  });

  // At a level of .01 in all, three or more alarms in 12 have a probability of .0002.
  test("raises no more alarms than stated", async () => {
    const fit = await fitWith({});
    let numAlarms = 0;
    for (let seed = 0; seed < 12; seed++) {
      if (!(await checkEmulator(fit, doseSimulator, { count: 100, seed })).isAlike) numAlarms++;
    }
    expect(numAlarms).toBeLessThan(3);
  });
});

describe("a wrong emulator", () => {
  // With y's standard deviation of about √(1 + posterior variance + variance of the dose) ≈ 1.5, a shift of 1.5 is about
  // one of these: the best classifier is right with probability Φ(1 / 2) = .69, 8 standard errors at 500 pairs.
  test("that is shifted is found, with column and direction", async () => {
    const check = await checkEmulator(await fitWith({ shift: 1.5 }), doseSimulator, { count: 500, seed: 3 });
    const [, y, response] = check.together.comparisons;
    expect(check.isAlike).toBe(false);
    expect(check.verdict).toMatch(/differs from the simulator in .*y \(accuracy .* sd too high/);
    expect(check.notices).toEqual([check.verdict]);
    expect(y.accuracy).toBeGreaterThan(check.togetherThreshold);
    expect(y.accuracy).toBeLessThan(standardNormalCdf(1.5 / 2) + 0.03);
    expect(response.pValue).toBeGreaterThan(0.001);
    for (const { comparisons } of check.groups) expect(comparisons[1].accuracy).toBeGreaterThan(check.groupThreshold);
  });

  test("that is too wide is found", async () => {
    const check = await checkEmulator(await fitWith({ scale: 2.5 }), doseSimulator, { count: 800, seed: 4 });
    expect(check.isAlike).toBe(false);
    expect(check.verdict).toMatch(/% too wide/);
  });
});

test("counts runs that fail, and gives up when most do", async () => {
  const fit = await fitWith({});
  const failing = (share: number): typeof doseSimulator => ({
    ...doseSimulator,
    simulate(rng, theta, out, conditions) {
      if (rng.uniform() >= share) doseSimulator.simulate(rng, theta, out, conditions);
    },
  });
  const check = await checkEmulator(fit, failing(0.1), { count: 200, seed: 5 });
  // 600 runs.
  expect(Math.abs(check.numFailed - 60)).toBeLessThan(4 * Math.sqrt(600 * 0.1 * 0.9));
  expect(check.notices.join()).toMatch(/simulator failed at/);
  await expect(checkEmulator(fit, failing(0.9), { count: 200, seed: 5 })).rejects.toThrow(
    /failed at .* of 200 posterior draws \(subject 1\)/,
  );
});

test.each([
  ["simulator.parameters", { parameters: ["lever"] }],
  ["simulator.columns", { columns: [{ name: "y", kind: "continuous" }] }],
  ["simulator.conditions", { conditions: [] }],
] as const)("refuses another simulator by its %s", async (field, wrong) => {
  await expect(
    checkEmulator(await fitWith({}), { ...doseSimulator, ...wrong }, { count: 100, seed: 1 }),
  ).rejects.toMatchObject({ name: "PoolishError", field });
});
