import { interval } from "@poolish/core";
import { compile, describe as describeModel, hierarchical, linkModel, type Model, uniform } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { expectGradient, valueAt } from "../support/linked.ts";
import { logShiftedNormal, shiftedNormal } from "../support/shiftedNormal.ts";

const data = {
  x: [0.5, 0.7, -1, 2.2, 30, 0.1],
  y: [0, 0, 1, 1, 0, 1],
  dose: [0, 0, 1, 0.5, 0, 1],
  subject: ["a", "a", "b", "b", "c", "c"],
};
const density = { x: uniform(-40, 40), y: "uniform" } as const;
const logQ = -Math.log(80) - Math.log(2);
const code = [0, 0, 1, 1, 2, 2];

const link = <Data>(what: Model<Data>, its: Data) => {
  const { model, likelihoods } = compile(what, its);
  return linkModel(model, likelihoods);
};

/** The log-likelihood with lapses minus that without, at mean 0.2 and scale 1.3. */
function lapseEffect(probabilities: readonly number[]): number {
  return data.x.reduce((sum, x, i) => {
    const kept = logShiftedNormal(x, data.dose[i], 0.2, 1.3);
    const probability = probabilities[code[i]];
    return sum + Math.log((1 - probability) * Math.exp(kept) + probability * Math.exp(logQ)) - kept;
  }, 0);
}

const fixed = { mean: "1", scale: 1.3 };
const priors = { mean_Intercept: "normal(0, 1)" };
const plain = hierarchical({ likelihood: shiftedNormal(), data, parameters: fixed, priors });

describe("lapses of a formula model", () => {
  test("with a known probability", () => {
    const lapse = { probability: 0.05, density };
    const lapsing = link(hierarchical({ likelihood: shiftedNormal(), data, parameters: fixed, priors, lapse }), data);
    const difference = valueAt(lapsing, [0.2]) - valueAt(link(plain, data), [0.2]);
    expect(difference / lapseEffect([0.05, 0.05, 0.05])).toBeCloseTo(1, 12);
    expectGradient(lapsing, [0.2]);
  });

  test("with a probability for each subject, by the formula of `lapse`", () => {
    const lapse = { probability: "1 + (1 | subject)", density };
    const formulas = hierarchical({
      likelihood: shiftedNormal(),
      data,
      parameters: fixed,
      priors: { ...priors, lapse_Intercept: "normal(-3, 1)", "lapse_1|subject_sigma": "halfNormal(1)" },
      lapse,
      centred: false,
    });
    const lapsing = link(formulas, data);
    const position = Float64Array.of(0.2, -2.5, -0.3, 0.4, -1, 1.2);
    const outputs = new Float64Array(lapsing.numOutputs);
    lapsing.constrain(position, outputs);
    const probabilities = [0.4, -1, 1.2].map((z) => 1 / (1 + Math.exp(2.5 - Math.exp(-0.3) * z)));
    const names = lapsing.model.variables.map(({ name }) => name);
    expect(names).toContain("lapse");
    const at = names.indexOf("lapse");
    const offset = lapsing.model.variables.slice(0, at).reduce((sum, { slot }) => sum + slot.size, 0);
    outputs.subarray(offset, offset + 3).forEach((value, g) => {
      expect(value).toBeCloseTo(probabilities[g], 12);
    });
    expectGradient(lapsing, position);
    // The mixture itself: moving x of the only far trial moves its lapse term alone.
    const further = { ...data, x: data.x.with(4, 35) };
    expect(valueAt(link(formulas, further), position) - valueAt(lapsing, position)).toBeCloseTo(0, 12);
  });

  test("are described, with the default prior of their probability", () => {
    const text = describeModel(
      hierarchical({ likelihood: shiftedNormal(), data, parameters: fixed, lapse: { probability: "1", density } }),
    );
    expect(text).toContain("lapse ~ 1\n  the probability that a trial is a lapse, logit link\n");
    expect(text).toContain("lapse = inverseLogit(lapse_Intercept)");
    expect(text).toMatch(/lapse_Intercept ~ normal\(-2\.7\d?, 0\.7\d*\) {2}\(default\)/);
  });

  test("belong to their own data set", () => {
    const lapse = { probability: "1", density };
    const both = hierarchical({
      datasets: [
        { name: "first", likelihood: shiftedNormal(), data, lapse },
        { name: "second", likelihood: shiftedNormal(), data },
      ],
    });
    expect(both.plan.parameters.map(({ name }) => name)).toContain("first_lapse");
    expect(both.plan.parameters.map(({ name }) => name)).not.toContain("second_lapse");
    const { model } = compile(both, [data, data]);
    expect(model.observations.map((observation) => observation.lapse !== undefined)).toEqual([true, false]);
  });

  test.each([
    ["a column without a density", { probability: 0.05, density: { x: uniform(0, 1) } }, "lapse.density.y"],
    [
      "a column of another likelihood",
      { probability: 0.05, density: { ...density, rt: uniform(0, 1) } },
      "lapse.density.rt",
    ],
  ])("refuse %s before any sampling", (_, lapse, field) => {
    expectRefusal(() => hierarchical({ likelihood: shiftedNormal(), data, lapse }), { kind: "model", field });
  });

  test("refuse a likelihood with a parameter of that name", () => {
    const [mean] = shiftedNormal().parameters;
    const own = { name: "lapse", support: interval(0, 1), box: [0, 1] as const };
    const likelihood = shiftedNormal({ parameters: [mean, own] });
    const lapse = { probability: 0.05, density };
    expectRefusal(() => hierarchical({ likelihood, data, lapse }), { kind: "model", field: "lapse" }, /rename/);
  });
});

test("guard: false leaves the box open", () => {
  const open = hierarchical({ likelihood: shiftedNormal(), data, parameters: fixed, priors, guard: false });
  // 8 is 1.5 widths above the box of the mean.
  const paid = valueAt(link(plain, data), [8]) - valueAt(link(open, data), [8]);
  expect(paid).toBeCloseTo((-2000 * 1.5 ** 3) / 1.6, 6);
});
