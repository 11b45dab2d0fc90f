import { rngFromSeed } from "@poolish/core";
import { describe, expect, test } from "vitest";
import { chooseFamily, type FamilyCandidate } from "../../src/npe/chooseFamily.ts";
import type { DensityFamily } from "../../src/plan/planDensity.ts";
import type { TrainableDensity } from "../../src/training/trainableDensity.ts";

const settings = {
  beta2: 0.99,
  epsilon: 1e-8,
  clipNorm: 5,
  averaging: 0,
  batchSize: 2,
  numEpochs: 8,
  peakLearningRate: 0.01,
};
const indices = { training: Int32Array.of(0, 1), validation: Int32Array.of(2, 3, 4) };

/** Learns nothing; its held-out log-densities are given. */
function candidate(family: DensityFamily, heldOut: readonly number[], epochs: number[] = []): FamilyCandidate {
  const density: TrainableDensity = {
    initial: new Float32Array(4),
    decays: [],
    weights: (values) => values.slice(),
    lossAndGradient(_, __, gradient) {
      gradient.fill(0);
      epochs.push(1);
      return 1;
    },
    logDensities: (_, __, out) => out.set(heldOut),
  };
  return { family, settings, createTrainer: () => density };
}

const choose = async (candidates: readonly FamilyCandidate[]) => {
  const { candidate: chosen, notice } = await chooseFamily(candidates, { rng: rngFromSeed(1), ...indices });
  return { family: chosen.family, notice };
};

describe("the family", () => {
  test("is the one that is clearly better on held-out simulations, and the line says so", async () => {
    const { family, notice } = await choose([candidate("autoregressive", [0, 1, 2]), candidate("nsf", [1, 2.1, 3])]);
    expect(family).toBe("nsf");
    expect(notice).toMatch(/"nsf".*autoregressive 1\.00, nsf 2\.03/);
  });

  test("is the first where the difference is within its standard error, or against the second", async () => {
    const first = candidate("autoregressive", [0, 1, 2]);
    expect((await choose([first, candidate("nsf", [2, 0, 1.5])])).family).toBe("autoregressive");
    expect((await choose([first, candidate("nsf", [-1, 0, 1])])).family).toBe("autoregressive");
  });

  test("is not tried where there is one, and tried for a quarter of the epochs else", async () => {
    const epochs: number[] = [];
    const alone = await choose([candidate("nsf", [0, 0, 0], epochs)]);
    expect(alone).toEqual({ family: "nsf", notice: undefined });
    expect(epochs).toHaveLength(0);
    await choose([candidate("nsf", [0, 0, 0], epochs), candidate("maf", [0, 0, 0])]);
    expect(epochs).toHaveLength(2);
  });
});
