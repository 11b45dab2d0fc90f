import { interval, positive, real } from "@poolish/core";
import { compile, learned, model, type Node, normal, temperedModel } from "@poolish/ppl";
import { describe, expect, test } from "vitest";
import { inOneGo } from "../support/inOneGo.ts";
import { expectGradient, linked, valueAt } from "../support/linked.ts";
import { logShiftedNormal, shiftedNormal } from "../support/shiftedNormal.ts";

const data = { x: [0.5, 0.5, -1, 2.2, 3], y: [0, 0, 1, 1, 0], dose: [0, 0, 1, 0.5, 0] };
const group = [0, 0, 1, 1, 0];

/** Two means with the scale 1.3; the prior is flat enough to be forgotten, and kept exactly. */
function density(options: Parameters<typeof learned>[2], likelihood = shiftedNormal()) {
  return linked(({ sample, plate, observe }) => {
    const mean: Node = plate("group", 2, () => sample("mean", normal(0, 10)));
    observe("trial", learned(likelihood, { mean: mean.at(group), scale: 1.3 }, options), data);
  }, {});
}

function plain(means: readonly number[]): number {
  const prior = means.reduce((sum, mean) => sum + normal(0, 10).logProb(mean), 0);
  return data.x.reduce((sum, x, i) => sum + logShiftedNormal(x, data.dose[i], means[group[i]], 1.3), prior);
}

const pay = (excess: number): number => (-2000 * excess ** 3) / (excess + 0.1);

describe("the guard", () => {
  test("changes nothing in the box", () => {
    expect(valueAt(density({}), [1.9, -2])).toBe(valueAt(density({ guard: false }), [1.9, -2]));
    expect(valueAt(density({}), [1.9, -2]) / plain([1.9, -2])).toBeCloseTo(1, 13);
  });

  test("charges each row that is outside once, by widths of the box", () => {
    // Row 0 is 0.2 above a box of width 4, row 1 is 0.4 below.
    const expected = plain([2.2, -2.4]) + pay(0.05) + pay(0.1);
    expect(valueAt(density({}), [2.2, -2.4]) / expected).toBeCloseTo(1, 12);
    expect(valueAt(density({ guard: false }), [2.2, -2.4]) / plain([2.2, -2.4])).toBeCloseTo(1, 13);
  });

  test.each([[[0.3, -0.6]], [[2.02, -0.6]], [[2.2, -2.4]], [[9, -20]]])("has its gradient at %o", (position) => {
    expectGradient(density({}), position);
  });

  test("a likelihood that gives values and gradients in one go is only asked that way, and guarded all the same", () => {
    const position = [2.2, -2.4];
    expect(valueAt(density({}, inOneGo(shiftedNormal())), position)).toBe(valueAt(density({}), position));
    expectGradient(density({}, inOneGo(shiftedNormal())), position);
  });

  test("one that knows nothing of runs of terms is guarded as well", () => {
    const position = [2.2, -2.4];
    expect(valueAt(density({}, inOneGo(shiftedNormal(), false)), position)).toBe(valueAt(density({}), position));
    expectGradient(density({}, inOneGo(shiftedNormal(), false)), position);
  });

  test.each([
    ["a side that is the support's bound", { name: "mean", support: interval(-2, 2), box: [-2, 2] as const }],
    ["a box without finite width", { name: "mean", support: real, box: [-2, Infinity] as const }],
  ])("does not stand at %s", (_, mean) => {
    const scale = { name: "scale", support: positive, box: [0, 3] as const };
    const likelihood = shiftedNormal({ parameters: [mean, scale] });
    expect(valueAt(density({}, likelihood), [2.2, -2.4]) / plain([2.2, -2.4])).toBeCloseTo(1, 13);
  });

  test("belongs to the likelihood of a tempered model, one position or a batch of them", () => {
    const { model: compiled, likelihoods } = compile(
      model("guarded", ({ sample, plate, observe }) => {
        const mean = plate("group", 2, () => sample("mean", normal(0, 10)));
        observe("trial", learned(shiftedNormal(), { mean: mean.at(group), scale: 1.3 }), data);
      }),
      {},
    );
    const tempered = temperedModel(compiled, likelihoods);
    const positions = Float64Array.of(2.2, -2.4, 0.1, 0.2, -5, 4);
    const [priors, values] = [new Float64Array(3), new Float64Array(3)];
    const [priorGradients, gradients] = [new Float64Array(6), new Float64Array(6)];
    tempered.logPartsBatch?.(positions, 3, priors, values, priorGradients, gradients);
    for (let i = 0; i < 3; i++) {
      const gradient = new Float64Array(2);
      const position = positions.subarray(2 * i, 2 * i + 2);
      expect(values[i] / tempered.logLikelihood(position, gradient)).toBeCloseTo(1, 12);
      for (let k = 0; k < 2; k++) expect(gradients[2 * i + k] / gradient[k]).toBeCloseTo(1, 10);
      const prior = normal(0, 10).logProb(position[0]) + normal(0, 10).logProb(position[1]);
      expect(tempered.logPrior(position, gradient) / prior).toBeCloseTo(1, 13);
    }
    expect(values[0] / (plain([2.2, -2.4]) + pay(0.05) + pay(0.1) - priors[0])).toBeCloseTo(1, 12);
  });
});
