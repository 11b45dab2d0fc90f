import { rngFromSeed } from "@poolish/core";
import {
  beta,
  compile,
  type LapseOptions,
  learned,
  model,
  type Node,
  normal,
  observedLikelihood,
  poisson,
  temperedModel,
  uniform,
} from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { inOneGo } from "../support/inOneGo.ts";
import { expectGradient, linked, valueAt } from "../support/linked.ts";
import { logShiftedNormal, shiftedNormal } from "../support/shiftedNormal.ts";

const data = { x: [0.5, 0.5, -1, 2.2, 30], y: [0, 0, 1, 1, 0], dose: [0, 0, 1, 0.5, 0] };
const group = [0, 0, 1, 1, 0];
const q: LapseOptions["density"] = { x: uniform(-40, 40), y: "uniform" };
const logQ = -Math.log(80) - Math.log(2);

/** The mixture, the obvious way. */
function mixed(i: number, mean: number, scale: number, probability: number): number {
  const p = Math.exp(logShiftedNormal(data.x[i], data.dose[i], mean, scale));
  return Math.log((1 - probability) * p + probability * Math.exp(logQ));
}

function sumOf(means: readonly number[], scale: number, probabilities: readonly number[]): number {
  return data.x.reduce((sum, _, i) => sum + mixed(i, means[group[i]], scale, probabilities[group[i]]), 0);
}

function observing(probability: (inGroups: () => Node) => LapseOptions["probability"], likelihood = shiftedNormal()) {
  return linked(({ sample, plate, observe }) => {
    const mean = plate("group", 2, () => sample("mean", normal(0, 1)));
    const inGroups = (): Node => plate("group", 2, () => sample("lapse", beta(1, 9))).at(group);
    const parts = { mean: mean.at(group), scale: 1.3 };
    observe("trial", learned(likelihood, parts, { lapse: { probability: probability(inGroups), density: q } }), data);
  }, {});
}

const prior = (means: readonly number[]): number => means.reduce((sum, mean) => sum + normal(0, 1).logProb(mean), 0);

describe("a trial is explained by log((1 − π) p + π q)", () => {
  test("with a known probability, and its gradient", () => {
    const density = observing(() => 0.05);
    const expected = prior([0.3, -0.4]) + sumOf([0.3, -0.4], 1.3, [0.05, 0.05]);
    expect(valueAt(density, [0.3, -0.4]) / expected).toBeCloseTo(1, 13);
    expectGradient(density, [0.3, -0.4]);
  });

  test("with a probability for each group, and the gradient in it", () => {
    const density = observing((inGroups) => inGroups());
    const position = [0.3, -0.4, -2, -1.1];
    const probabilities = position.slice(2).map((u) => 1 / (1 + Math.exp(-u)));
    let expected = prior([0.3, -0.4]) + sumOf([0.3, -0.4], 1.3, probabilities);
    for (const p of probabilities) expected += beta(1, 9).logProb(p) + Math.log(p * (1 - p));
    expect(valueAt(density, position) / expected).toBeCloseTo(1, 13);
    expectGradient(density, position);
    expect(density.thetaAt(Float64Array.from(position), 0).length).toBe(2 * 3);
  });

  test.each([
    ["a known probability", () => 0.05, [0.3, -0.4]],
    ["one for each group, and a guard that pushes", (inGroups: () => Node) => inGroups(), [2.3, -4, -2, -1.1]],
  ])("of a likelihood that gives values and gradients in one go: %s", (_, probability, position) => {
    for (const hasRuns of [true, false]) {
      const density = observing(probability, inOneGo(shiftedNormal(), hasRuns));
      expect(valueAt(density, position)).toBe(valueAt(observing(probability), position));
      expectGradient(density, position);
    }
  });

  test("with probability 0: the likelihood alone", () => {
    const without = linked(({ sample, plate, observe }) => {
      const mean = plate("group", 2, () => sample("mean", normal(0, 1)));
      observe("trial", learned(shiftedNormal(), { mean: mean.at(group), scale: 1.3 }), data);
    }, {});
    expect(
      valueAt(
        observing(() => 0),
        [0.3, -0.4],
      ) / valueAt(without, [0.3, -0.4]),
    ).toBeCloseTo(1, 13);
  });

  test("where the likelihood underflows: the lapse alone, with a finite gradient", () => {
    const density = linked(({ sample, observe }) => {
      const parts = { mean: sample("mean", normal(0, 1)), scale: 1e-3 };
      observe("trial", learned(shiftedNormal(), parts, { lapse: { probability: 0.05, density: q } }), {
        x: [30],
        y: [0],
        dose: [0],
      });
    }, {});
    expect(valueAt(density, [0])).toBeCloseTo(normal(0, 1).logProb(0) + Math.log(0.05) + logQ, 12);
    expectGradient(density, [0]);
  });

  test("and a θ off its support stays impossible", () => {
    const density = linked(({ sample, observe }) => {
      const parts = { mean: 0, scale: sample("scale", normal(0, 1)) };
      observe("trial", learned(shiftedNormal(), parts, { lapse: { probability: 0.05, density: q } }), data);
    }, {});
    expect(valueAt(density, [-0.5])).toBe(-Infinity);
  });

  test("inside of the guard: lapses are no way out of the box", () => {
    const density = observing(() => 0.05);
    const excess = (7 - 2) / 4;
    const expected = prior([7, 0]) + sumOf([7, 0], 1.3, [0.05, 0.05]) + (-2000 * excess ** 3) / (excess + 0.1);
    expect(valueAt(density, [7, 0]) / expected).toBeCloseTo(1, 12);
    expectGradient(density, [7, 0]);
  });
});

test("tempering has the same likelihood, one position or a batch of them", () => {
  const { model: compiled, likelihoods } = compile(
    model("lapses", ({ sample, observe }) => {
      const lapse = sample("lapse", beta(1, 9));
      const parts = { mean: sample("mean", normal(0, 1)), scale: 1.3 };
      observe("trial", learned(shiftedNormal(), parts, { lapse: { probability: lapse, density: q } }), data);
    }),
    {},
  );
  const tempered = temperedModel(compiled, likelihoods);
  const positions = Float64Array.of(-2, 0.4, -1, -0.3);
  const [priors, values] = [new Float64Array(2), new Float64Array(2)];
  const [priorGradients, gradients] = [new Float64Array(4), new Float64Array(4)];
  tempered.logPartsBatch?.(positions, 2, priors, values, priorGradients, gradients);
  for (let i = 0; i < 2; i++) {
    const gradient = new Float64Array(2);
    const [u, mean] = positions.subarray(2 * i, 2 * i + 2);
    const probability = 1 / (1 + Math.exp(-u));
    expect(values[i] / sumOf([mean, mean], 1.3, [probability, probability])).toBeCloseTo(1, 12);
    tempered.logLikelihood(positions.subarray(2 * i, 2 * i + 2), gradient);
    for (let k = 0; k < 2; k++) expect(gradients[2 * i + k] / gradient[k]).toBeCloseTo(1, 10);
  }
});

test("draws are lapses as often as the probability says", () => {
  const { lapse } = learned(
    shiftedNormal(),
    { mean: 0, scale: 1 },
    { lapse: { probability: 0.2, density: { ...q, x: uniform(100, 200) } } },
  );
  const { sample } = observedLikelihood(shiftedNormal(), { isGuarded: true, ...(lapse && { lapse: lapse.density }) });
  const count = 20_000;
  const out = new Float64Array(2 * count);
  sample?.(rngFromSeed(1), Float64Array.of(0, 1, 0.2), count, out, Float64Array.of(0));
  const lapses = out.filter((x, k) => k % 2 === 0 && x > 100);
  // Five standard errors of a binomial share, and of the mean of uniforms.
  expect(Math.abs(lapses.length / count - 0.2)).toBeLessThan(5 * Math.sqrt((0.2 * 0.8) / count));
  const mean = lapses.reduce((sum, x) => sum + x, 0) / lapses.length;
  expect(Math.abs(mean - 150)).toBeLessThan((5 * 100) / Math.sqrt(12 * lapses.length));
  expect([...new Set(out.filter((_, k) => k % 2 === 1))].sort()).toEqual([0, 1]);
});

test("trials that no lapse could give are told, by their rows", () => {
  const { model: compiled } = compile(
    model("narrow", ({ sample, observe }) => {
      const density = { ...q, x: uniform(-5, 5) };
      const parts = { mean: sample("mean", normal(0, 1)), scale: 1 };
      observe("trial", learned(shiftedNormal(), parts, { lapse: { probability: 0.05, density } }), data);
    }),
    {},
  );
  expect(compiled.notices).toEqual([
    "1 of 5 trials of trial (row 4) cannot be lapses: their x lies outside of its lapse density.",
  ]);
});

describe("refuses", () => {
  const withLapse = (lapse: LapseOptions, likelihood = shiftedNormal()) => {
    return () => learned(likelihood, { mean: 0, scale: 1 }, { lapse });
  };

  test.each<[string, LapseOptions["density"], string, RegExp]>([
    ["a column without a density", { x: uniform(0, 1) }, "lapse.density.y", /no density in a lapse.*x, y/],
    ["a foreign column", { ...q, rt: uniform(0, 1) }, "lapse.density.rt", /no such column.*x, y/],
    ["a discrete density of continuous numbers", { ...q, x: poisson(3) }, "lapse.density.x", /poisson is discrete/],
    [
      "a continuous density of categories",
      { ...q, y: uniform(0, 1) },
      "lapse.density.y",
      /uniform is continuous.*\[0, 1\]/,
    ],
    ["a list of continuous numbers", { ...q, x: [1, 2] }, "lapse.density.x", /no density of continuous/],
    ["a list that repeats itself", { ...q, y: [1, 1] }, "lapse.density.y", /different numbers/],
    ["uniform without a range", { ...q, x: "uniform" }, "lapse.density.x", /declares none.*uniform\(0, 20\)/],
  ])("%s", (_, density, field, words) => {
    expectRefusal(withLapse({ probability: 0.1, density }), { kind: "model", field }, words);
  });

  test.each([[-0.1], [1], [Number.NaN]])("the probability %d", (probability) => {
    expectRefusal(withLapse({ probability, density: q }), { kind: "input", field: "lapse.probability" }, /0\.05/);
  });

  test("a probability of one trial, with its row", () => {
    const wrong = { probability: [0.1, 2], density: q };
    expectRefusal(withLapse(wrong), { kind: "input", field: "lapse.probability", row: 1 });
  });

  test("a ratio", () => {
    const ratio = shiftedNormal({ isNormalised: false });
    expectRefusal(
      withLapse({ probability: 0.1, density: q }, ratio),
      { kind: "model", field: "lapse" },
      /factor only.*nle/,
    );
  });

  test("densities of the model's values", () => {
    const define = () =>
      linked(({ sample, observe }) => {
        const density = { ...q, x: uniform(-40, sample("edge", normal(0, 1))) };
        const parts = { mean: 0, scale: 1 };
        observe("trial", learned(shiftedNormal(), parts, { lapse: { probability: 0.1, density } }), data);
      }, {});
    expectRefusal(define, { kind: "model", field: "lapse.density.x.upper" }, /known numbers/);
  });
});

test('"uniform" takes the range that the column declares', () => {
  const rangeOf = (column: object): unknown => {
    const likelihood = shiftedNormal({ columns: [{ name: "x", kind: "continuous", ...column }] });
    return learned(likelihood, { mean: 0, scale: 1 }, { lapse: { probability: 0.1, density: { x: "uniform" } } }).lapse
      ?.density;
  };
  expect(rangeOf({ bounds: { lower: 0, upper: 3 } })).toEqual([
    { kind: "family", family: "uniform", parameters: [0, 3] },
  ]);
  expect(rangeOf({ kind: "count", bounds: { lower: 0, upper: 3 } })).toEqual([
    { kind: "values", values: [0, 1, 2, 3] },
  ]);
  expect(rangeOf({ kind: "category", categories: [-1, 1] })).toEqual([{ kind: "values", values: [-1, 1] }]);
});
