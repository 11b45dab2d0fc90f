import { calibrate } from "@poolish/checks";
import { describe, expect, test } from "vitest";
import { doseLikelihood, doseSimulator } from "../support/doseLikelihood.ts";
import { doseData, doseModel } from "../support/doseModel.ts";

const short = { data: doseData, chains: 1, warmup: 150, draws: 198, targetAcceptance: 0.9, workers: 1 };

test("a model with the simulator's own likelihood is calibrated, in all values and the log-likelihood", async () => {
  const result = await calibrate(doseModel(doseLikelihood()), doseSimulator, { ...short, repeats: 40, seed: 1 });
  expect(result.quantities.map(({ name }) => name)).toEqual([
    ...["mu", "tau", "level[1]", "level[2]", "level[3]", "log-likelihood"],
  ]);
  expect(result).toMatchObject({ isCalibrated: true, notices: [], count: 40, shareOutsideBox: 0 });
});

test("a likelihood that is shifted is found by the simulator, with its direction", async () => {
  // Levels come out a shift too low, less what pooling and prior take of it: about one posterior standard deviation.
  const faulty = doseModel(doseLikelihood({ shift: 1.5 }));
  const result = await calibrate(faulty, { trials: doseSimulator }, { ...short, repeats: 40, seed: 2 });
  expect(result.isCalibrated).toBe(false);
  expect(result.notices.join()).toMatch(/posterior of mu is too low/);
});

test("takes the particles of smc in place of draws", async () => {
  const options = { data: doseData, method: "smc", particles: 200, workers: 1, repeats: 20, seed: 5 } as const;
  const result = await calibrate(doseModel(doseLikelihood()), doseSimulator, options);
  expect(result).toMatchObject({ isCalibrated: true, count: 20 });
});

describe("says", () => {
  test("how often the prior leaves the training box", async () => {
    const narrow = doseModel(doseLikelihood({}, [-1, 1]));
    const result = await calibrate(narrow, doseSimulator, { ...short, warmup: 30, draws: 99, repeats: 20, seed: 3 });
    expect(result.shareOutsideBox).toBeGreaterThan(0.05);
    expect(result.notices.join()).toMatch(/lay outside of the box/);
  });

  test("which site has no simulator, or the wrong one", async () => {
    const model = doseModel(doseLikelihood());
    const options = { ...short, repeats: 20, seed: 1 };
    await expect(calibrate(model, {}, options)).rejects.toMatchObject({ field: "simulator.trials" });
    const other = { ...doseSimulator, parameters: ["lever"] };
    await expect(calibrate(model, other, options)).rejects.toMatchObject({ field: "simulator.parameters" });
    const failing = { ...doseSimulator, simulate: () => {} };
    await expect(calibrate(model, failing, options)).rejects.toThrow(/simulator failed at theta/);
  });
});
