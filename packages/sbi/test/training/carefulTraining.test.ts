import { describe, expect, test } from "vitest";
import { schedule } from "../../src/training/carefulTraining.ts";
import type { FinishedMember } from "../../src/training/checkpoint.ts";

const settings = {
  batchSize: 10,
  numEpochs: 50,
  peakLearningRate: 0.006,
  beta2: 0.99,
  epsilon: 1e-8,
  clipNorm: 5,
  averaging: 0,
};
const slow = { ...settings, peakLearningRate: 0.001 };
const plan = { settings, careful: { settings: slow, numMembers: 3 } };

function member(numEpochs: number, keptEpoch: number): FinishedMember {
  const history = new Array(numEpochs).fill({ training: 0, validation: 0 });
  return { weights: Float32Array.of(numEpochs), history, keptEpoch, heldOut: new Float64Array(1) };
}

/** The settings of all members that are trained, given what the first ones leave; and those that are kept. */
function follow(careful: boolean, numMembers: number, all: readonly FinishedMember[]) {
  const used: unknown[] = [];
  for (let n = 0; ; n++) {
    const next = schedule(careful ? plan : { settings }, numMembers, all.slice(0, n));
    if (next.settings === undefined) return { used, kept: next.members };
    used.push(next.settings);
  }
}

describe("members", () => {
  const whole = [member(50, 48), member(50, 50), member(50, 41)];
  test("are as many as asked for, with the same settings", () => {
    expect(follow(false, 2, whole)).toEqual({ used: [settings, settings], kept: whole.slice(0, 2) });
    expect(follow(true, 1, whole)).toEqual({ used: [settings], kept: whole.slice(0, 1) });
  });

  test("give way to slower ones where the first ended early at weights behind it", () => {
    const all = [member(31, 20), member(40, 35), member(40, 30), member(40, 38)];
    expect(follow(true, 1, all)).toEqual({ used: [settings, slow, slow, slow], kept: all.slice(1) });
    expect(follow(false, 1, all)).toEqual({ used: [settings], kept: all.slice(0, 1) });
  });

  test("stay where the start was best: there was nothing to learn", () => {
    const all = [member(12, 0)];
    expect(follow(true, 1, all)).toEqual({ used: [settings], kept: all });
  });
});
