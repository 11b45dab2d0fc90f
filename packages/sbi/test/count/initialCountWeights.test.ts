import { rngFromSeed } from "@poolish/core";
import type { CountDensitySpec } from "@poolish/estimators";
import { expect, test } from "vitest";
import { initialCountWeights } from "../../src/count/initialCountWeights.ts";

const spec: CountDensitySpec = {
  kind: "count-mixture",
  numComponents: 2,
  network: { widths: [2, 10, 6, 8], activation: "tanh" },
};
const COUNT = 500;
const rng = rngFromSeed(7);
const features = Float64Array.from({ length: 2 * COUNT }, () => 3.4 * rng.uniform() - 1.7);
/** Exactly linear in the features, but for the last hundred simulations. */
const standardized = Float64Array.from({ length: COUNT }, (_, i) =>
  i < 400 ? 0.25 + 0.8 * features[2 * i] - 0.3 * features[2 * i + 1] : 1000,
);
const training = Int32Array.from({ length: 400 }, (_, i) => i);
const weights = initialCountWeights(rngFromSeed(8), spec, { features, standardized }, training);
/** Where the blocks begin: two hidden layers, the last layer's matrix and bias, the linear path. */
const LAST = 3 * 10 + 11 * 6;
const BIAS = LAST + 6 * 8;
const LINEAR = BIAS + 8;

test("hidden weights lie within Glorot's bound and fill it; their biases are 0", () => {
  const bounds = [Math.sqrt(6 / 12), Math.sqrt(6 / 16)];
  for (const [layer, bound] of bounds.entries()) {
    const from = layer === 0 ? 0 : 30;
    const block = weights.subarray(from, from + (layer === 0 ? 20 : 60));
    const largest = Math.max(...block.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(Math.fround(bound));
    expect(largest).toBeGreaterThan(0.7 * bound);
  }
  expect([...weights.subarray(20, 30), ...weights.subarray(90, 96)].every((bias) => bias === 0)).toBe(true);
});

test("the last layer is 0, so that the network says nothing yet", () => {
  expect(weights.subarray(LAST, BIAS).every((weight) => weight === 0)).toBe(true);
});

test("the linear path is the least-squares line of the training simulations alone", () => {
  const [first, atScale, second, alsoAtScale] = weights.subarray(LINEAR);
  // The ridge of 1e-6 moves a slope by 1e-6 of it.
  expect(first).toBeCloseTo(0.8, 2);
  expect(second).toBeCloseTo(-0.3, 2);
  expect([atScale, alsoAtScale]).toEqual([0, 0]);
  expect(weights).toHaveLength(LINEAR + 4);
});

test("components lie side by side in the width of the residuals", () => {
  const [logit1, logit2, offset1, offset2, spread1, spread2, , logScale] = weights.subarray(BIAS);
  expect([logit1, logit2, offset1, offset2]).toEqual([0, 0, -1, 1]);
  expect([spread1, spread2]).toEqual([Math.fround(Math.log(0.7)), Math.fround(Math.log(0.7))]);
  // Hardly any residuals: the least width that is allowed.
  expect(Math.exp(logScale)).toBeLessThan(0.05);
  expect(Math.exp(logScale)).toBeGreaterThan(0.0099);
});

test("a single component sits in the middle at full width", () => {
  const alone: CountDensitySpec = {
    kind: "count-mixture",
    numComponents: 1,
    network: { widths: [2, 5], activation: "tanh" },
  };
  const flat = initialCountWeights(rngFromSeed(8), alone, { features, standardized }, training);
  // No hidden layer: matrix 2 × 5, bias 5, linear 4.
  expect([...flat.subarray(0, 13)].every((weight) => weight === 0)).toBe(true);
  expect(flat).toHaveLength(19);
});
