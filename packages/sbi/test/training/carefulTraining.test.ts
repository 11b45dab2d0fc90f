import { describe, expect, test } from "vitest";
import { type ReplacementTraining, schedule } from "../../src/training/carefulTraining.ts";
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

/** Its held-out loss falls to 1 at the epoch that is kept, and then rises to 1 + loss. */
function member(numEpochs: number, keptEpoch: number, loss = 0, heldOut = -1): FinishedMember {
  const history = Array.from({ length: numEpochs }, (_, epoch) => {
    return { training: 1, validation: 1 + (epoch === numEpochs - 1 && epoch + 1 !== keptEpoch ? loss : 0) };
  });
  // Two simulations: differences between members have a standard error of 0.
  return { weights: Float32Array.of(numEpochs), history, keptEpoch, heldOut: new Float64Array(2).fill(heldOut) };
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

const smooth = {
  createTrainer: () => {
    throw new Error("schedule trains nothing");
  },
};

const replacement: ReplacementTraining = {
  ...smooth,
  noun: "shallower networks",
  settings: { ...settings, numEpochs: 60 },
  numMembers: 2,
  density: {
    ...{ kind: "autoregressive", columns: [], numFeatures: 1, numConditions: 0, isCoupled: false, numComponents: 1 },
    trunk: { hidden: [4], activation: "tanh" },
    branch: { hidden: [], activation: "silu" },
  },
};

describe("members", () => {
  const whole = [member(50, 48), member(50, 50), member(50, 41)];
  test("are as many as asked for, with the same settings", () => {
    expect(follow(false, 2, whole)).toEqual({ used: [settings, settings], kept: whole.slice(0, 2) });
    expect(follow(true, 1, whole)).toEqual({ used: [settings], kept: whole.slice(0, 1) });
  });

  test("give way to slower ones, unless these are worse, where the first ended early at weights far behind it", () => {
    const all = [member(31, 20, 0.2), member(40, 35, 0, -0.9), member(40, 30, 0, -0.9), member(40, 38, 0, -0.9)];
    expect(follow(true, 1, all)).toEqual({ used: [settings, slow, slow, slow], kept: all.slice(1) });
    expect(follow(false, 1, all)).toEqual({ used: [settings], kept: all.slice(0, 1) });
    const worse = [all[0], ...all.slice(1).map((each) => ({ ...each, heldOut: new Float64Array(2).fill(-1.1) }))];
    expect(follow(true, 1, worse)).toEqual({ used: [settings, slow, slow, slow], kept: worse.slice(0, 1) });
  });

  describe("of which the first ended early at weights far behind it", () => {
    const both = { ...plan, replacement };
    const first = member(31, 20, 0.2);
    const better = member(60, 60, 0, -0.9);
    const equal = member(60, 60);
    const worse = member(60, 60, 0, -1.01);

    test("give way to the others of the plan where the first of these is no worse", () => {
      const next = { settings: replacement.settings, createTrainer: replacement.createTrainer };
      expect(schedule(both, 1, [first])).toMatchObject(next);
      expect(schedule(both, 1, [first, better])).toMatchObject(next);
      expect(schedule(both, 1, [first, equal])).toMatchObject(next);
      // The second was trained like the first: whether it is worse no longer matters.
      expect(schedule(both, 1, [first, better, worse])).toEqual({ members: [better, worse], replacement });
    });

    test("give way to slower ones where the first of the others is worse", () => {
      const slower = [member(40, 35), member(40, 30), member(40, 38)];
      for (let n = 0; n < slower.length; n++) {
        const next = schedule(both, 1, [first, worse, ...slower.slice(0, n)]);
        expect(next).toMatchObject({ settings: slow });
        expect(next).not.toHaveProperty("createTrainer");
      }
      expect(schedule(both, 1, [first, worse, ...slower])).toEqual({ members: slower });
      const worst = slower.map((each) => ({ ...each, heldOut: new Float64Array(2).fill(-1.1) }));
      expect(schedule(both, 1, [first, worse, ...worst])).toEqual({ members: [first] });
    });

    test("need no others, nor slower ones, where nothing was learned by heart", () => {
      const whole = [member(50, 48)];
      expect(schedule(both, 1, whole)).toEqual({ members: whole });
    });
  });

  test("stay where what was lost again is immaterial", () => {
    const all = [member(31, 20, 0.01)];
    expect(follow(true, 1, all)).toEqual({ used: [settings], kept: all });
  });

  test("give way to a smoother one, unless that is clearly worse, where simulations are few", () => {
    const few = { ...plan, smooth };
    const [first, second] = [member(50, 50), member(50, 40, 0, -1.1)];
    expect(schedule(few, 1, [])).toEqual({ settings, label: "" });
    expect(schedule(few, 1, [first])).toMatchObject({
      settings: { ...settings, runsToTheEnd: true, keepsLast: true },
      createTrainer: smooth.createTrainer,
    });
    expect(schedule(few, 1, [first, second])).toEqual({ members: [first] });
    const equal = { ...second, heldOut: first.heldOut };
    expect(schedule(few, 1, [first, equal])).toEqual({ members: [equal] });
    // Who learned by heart is followed by slower ones; who kept its start, by none.
    expect(schedule(few, 1, [member(31, 20, 0.2)])).toMatchObject({ settings: slow });
    expect(schedule(few, 1, [member(12, 0)])).toEqual({ members: [member(12, 0)] });
  });

  test("stay where the start was best: there was nothing to learn", () => {
    const all = [member(12, 0)];
    expect(follow(true, 1, all)).toEqual({ used: [settings], kept: all });
  });
});
