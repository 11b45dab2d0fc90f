import { type ColumnKind, real } from "@poolish/core";
import { estimatorFromBytes, estimatorToBytes } from "@poolish/estimators";
import { sbibmSimulator, sbibmTask } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { type NleRecipe, nle } from "../src/nle.ts";
import { planTraining } from "../src/plan/planTraining.ts";
import { simulate } from "../src/simulate.ts";
import type { Simulations } from "../src/simulations.ts";
import { train } from "../src/train.ts";
import type { Checkpoint } from "../src/training/checkpoint.ts";

/** Ten sums of logistic functions of ten parameters: more than a deep network learns from so few; the first sum is a count. */
async function sums(kindOfFirst: ColumnKind): Promise<Simulations> {
  const task = sbibmTask("bernoulli_glm");
  const prior = { parameters: task.parameters.map(({ name }) => ({ name, support: real })), sample: task.samplePrior };
  const columns = task.columns.map((column, c) => (c === 0 ? { ...column, kind: kindOfFirst } : column));
  const simulator = { ...sbibmSimulator(task), columns };
  return await simulate({ simulator, prior, count: 1500, seed: 1 });
}

describe.each([
  {
    name: "masked flows",
    kindOfFirst: "continuous",
    numMembers: 4,
    numEpochs: 60,
    peakLearningRate: 0.01,
    density: { kind: "flow", transform: { kind: "affine" }, hidden: [50, 50, 50] },
  },
  {
    name: "shallower networks",
    kindOfFirst: "count",
    numMembers: 6,
    numEpochs: 60,
    peakLearningRate: 0.006,
    density: { kind: "autoregressive", trunk: { hidden: [128], activation: "tanh" } },
  },
] as const)(
  "where a deep network learns by heart what $name learn",
  ({ name, kindOfFirst, numMembers, density, numEpochs, peakLearningRate }) => {
    test("these make the estimator, which is read back as it was, and resumed at any member", async () => {
      const simulations = await sums(kindOfFirst);
      const checkpoints = new Map<number, Checkpoint>();
      const onCheckpoint = (checkpoint: Checkpoint): void => {
        checkpoints.set(checkpoint.member, structuredClone(checkpoint));
      };
      const messages: string[] = [];
      const onProgress = ({ message = "" }): void => {
        messages.push(message);
      };
      const estimator = await train(nle(), simulations, { seed: 1, onCheckpoint, onProgress });
      expect([...checkpoints.keys()]).toEqual(Array.from({ length: numMembers + 1 }, (_, k) => k));
      expect(messages.at(-1)).toContain(`${numMembers} of ${numMembers} ${name}`);
      const { spec } = estimator;
      expect(spec.density).toMatchObject(density);
      expect(spec.numMembers).toBe(numMembers);
      expect(spec.provenance.histories).toHaveLength(numMembers);
      const read = estimatorFromBytes(estimatorToBytes(estimator));
      const { x, theta } = simulations;
      expect(read.logProb(x, theta)).toEqual(estimator.logProb(x, theta));
      const resume = checkpoints.get(numMembers);
      if (resume === undefined) throw new Error("there was no checkpoint of the last member");
      expect((await train(nle(), simulations, { seed: 1, resume })).weights).toEqual(estimator.weights);
    });

    test("who names the layers, the steps or the members gets them", async () => {
      const simulations = await sums(kindOfFirst);
      const training = Int32Array.from({ length: simulations.count }, (_, i) => i);
      const replacementOf = (recipe: NleRecipe) => planTraining(recipe, simulations, training).replacement;
      expect(replacementOf(nle())).toMatchObject({ numMembers, density, settings: { numEpochs, peakLearningRate } });
      for (const given of [{ hidden: [32] }, { numEpochs: 9 }, { learningRate: 0.001 }, { numMembers: 1 }]) {
        expect(replacementOf(nle(given))).toBeUndefined();
      }
    });
  },
);

test("who names the density gets no flows", async () => {
  const simulations = await sums("continuous");
  const training = Int32Array.from({ length: simulations.count }, (_, i) => i);
  const { replacement } = planTraining(nle({ density: "autoregressive" }), simulations, training);
  expect(replacement).toMatchObject({ density: { kind: "autoregressive" }, numMembers: 6 });
});
