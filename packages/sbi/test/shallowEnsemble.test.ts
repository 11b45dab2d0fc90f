import { real } from "@poolish/core";
import { estimatorFromBytes, estimatorToBytes } from "@poolish/estimators";
import { sbibmSimulator, sbibmTask } from "@poolish/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { type NleRecipe, nle } from "../src/nle.ts";
import { planTraining } from "../src/plan/planTraining.ts";
import { simulate } from "../src/simulate.ts";
import type { Simulations } from "../src/simulations.ts";
import { train } from "../src/train.ts";
import type { Checkpoint } from "../src/training/checkpoint.ts";

let simulations: Simulations;
beforeAll(async () => {
  // Ten sums of logistic functions of ten parameters: what one layer learns more quickly than by heart.
  const task = sbibmTask("bernoulli_glm");
  const prior = { parameters: task.parameters.map(({ name }) => ({ name, support: real })), sample: task.samplePrior };
  simulations = await simulate({ simulator: sbibmSimulator(task), prior, count: 1500, seed: 1 });
});

describe("where a deep network learns by heart what shallow ones learn", () => {
  test("six of these make the estimator, which is read back as it was, and resumed at any member", async () => {
    const checkpoints = new Map<number, Checkpoint>();
    const onCheckpoint = (checkpoint: Checkpoint): void => {
      checkpoints.set(checkpoint.member, structuredClone(checkpoint));
    };
    const estimator = await train(nle(), simulations, { seed: 1, onCheckpoint });
    expect([...checkpoints.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const { density, numMembers, provenance } = estimator.spec;
    expect(density).toMatchObject({ kind: "autoregressive", trunk: { hidden: [128], activation: "tanh" } });
    expect(numMembers).toBe(6);
    expect(provenance.histories).toHaveLength(6);
    const read = estimatorFromBytes(estimatorToBytes(estimator));
    const { x, theta } = simulations;
    expect(read.logProb(x, theta)).toEqual(estimator.logProb(x, theta));
    const resume = checkpoints.get(6);
    if (resume === undefined) throw new Error("there was no checkpoint of the last member");
    expect((await train(nle(), simulations, { seed: 1, resume })).weights).toEqual(estimator.weights);
  });

  test("who names the layers, the steps or the members gets them", () => {
    const training = Int32Array.from({ length: simulations.count }, (_, i) => i);
    const shallowOf = (recipe: NleRecipe) => planTraining(recipe, simulations, training).shallow;
    expect(shallowOf(nle())).toMatchObject({ numMembers: 6, settings: { numEpochs: 60, peakLearningRate: 0.006 } });
    for (const given of [{ hidden: [32] }, { numEpochs: 9 }, { learningRate: 0.001 }, { numMembers: 1 }]) {
      expect(shallowOf(nle(given))).toBeUndefined();
    }
  });
});
