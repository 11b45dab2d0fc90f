import { rngFromSeed } from "@poolish/core";
import { paths, type VectorFieldSpec } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { createFieldTrainer } from "../../src/vectorField/createFieldTrainer.ts";
import { fieldLoss } from "../../src/vectorField/fieldLoss.ts";
import { fitBaseline } from "../../src/vectorField/fitBaseline.ts";
import { initialFieldWeights } from "../../src/vectorField/initialFieldWeights.ts";
import { CONTINUOUS } from "../support/continuousColumn.ts";

const spec: VectorFieldSpec = {
  kind: "vector-field",
  columns: [CONTINUOUS, CONTINUOUS],
  numFeatures: 2,
  numConditions: 1,
  path: "flow-matching",
  rowHidden: [6],
  numSummaries: 3,
  hidden: [8, 8],
  activation: "silu",
  numSteps: 4,
  gridError: 0,
};

function normals(seed: number, length: number): Float64Array {
  const rng = rngFromSeed(seed);
  return Float64Array.from({ length }, () => standardNormal(rng));
}

test("the gradient is that of finite differences, and the baseline has none", () => {
  const count = 12;
  const simulations = {
    count,
    z: normals(1, 2 * count),
    features: normals(2, 2 * count),
    conditions: normals(3, count),
  };
  const baseline = { slope: normals(4, 6), intercept: normals(5, 2), factor: Float64Array.of(1, 0, 0.2, 0.8) };
  const initial = initialFieldWeights(rngFromSeed(6), spec, baseline).map((weight, i) => weight + 0.1 * Math.sin(i));
  const trainer = createFieldTrainer({
    spec,
    simulations,
    initial,
    decays: [],
    rng: rngFromSeed(7),
    loss: fieldLoss(paths["variance-preserving"], "velocity"),
    maxBatch: count,
  });
  const batch = Int32Array.from({ length: count }, (_, i) => i);
  const length = trainer.initial.length;
  const gradient = new Float32Array(length);
  const loss = (values: Float32Array): number => trainer.lossAndGradient(values, batch, new Float32Array(length));
  const value = trainer.lossAndGradient(trainer.initial.slice(), batch, gradient);
  expect(loss(trainer.initial.slice())).toBe(value);
  const largest = gradient.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  let numMoving = 0;
  const step = 1e-2;
  for (let i = 0; i < length; i += 3) {
    const at = (by: number): number => loss(trainer.initial.map((each, k) => (k === i ? each + by : each)));
    const numeric = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
    if (gradient[i] !== 0) numMoving++;
    else continue;
    // Of float32 sums; padding and the baseline have no gradient.
    expect(Math.abs(gradient[i] - numeric)).toBeLessThan(2e-3 * largest);
  }
  expect(numMoving).toBeGreaterThan(30);
  expect(gradient.subarray(0, 8).every((each) => each === 0)).toBe(true);
});

test("the baseline is the least-squares plane and the factor of what it leaves", () => {
  const count = 4000;
  const inputs = normals(1, 2 * count);
  const noise = normals(2, 2 * count);
  const y = Float64Array.from({ length: 2 * count }, (_, k) => {
    const i = Math.floor(k / 2);
    const [a, b, e, f] = [inputs[2 * i], inputs[2 * i + 1], noise[2 * i], noise[2 * i + 1]];
    return k % 2 === 0 ? 0.5 + 2 * a - b + 0.3 * e : -1 + a + 0.2 * e + 0.4 * f;
  });
  const { slope, intercept, factor } = fitBaseline(y, 2, inputs, 2);
  // Five standard errors of at most 0.45/√4000.
  const allowed = (5 * 0.45) / Math.sqrt(count);
  [2, 1, -1, 0].forEach((expected, k) => {
    expect(Math.abs(slope[k] - expected)).toBeLessThan(allowed);
  });
  [0.5, -1].forEach((expected, k) => {
    expect(Math.abs(intercept[k] - expected)).toBeLessThan(allowed);
  });
  [0.3, 0, 0.2, 0.4].forEach((expected, k) => {
    expect(Math.abs(factor[k] - expected)).toBeLessThan(allowed);
  });
});
