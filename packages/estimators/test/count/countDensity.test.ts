import { rngFromSeed } from "@poolish/core";
import { describe, expect, test } from "vitest";
import { type CountDensitySpec, createCountDensity, numCountWeights } from "../../src/count/countDensity.ts";
import type { CountTerms } from "../../src/count/countMixture.ts";
import { countEdge } from "../../src/count/countScale.ts";
import { numMlpWeights } from "../../src/mlp.ts";
import { randomWeights } from "../support/exampleEstimator.ts";
import { mlpTwin } from "../support/mlpTwin.ts";
import { createOneRowMixture } from "../support/oneRowMixture.ts";

const scale = { mean: 3, standardDeviation: 1.2 };
const spec: CountDensitySpec = {
  kind: "count-mixture",
  numComponents: 3,
  network: { widths: [3, 9, 5, 11], activation: "tanh" },
};
const NUM_ROWS = 5;

function termsOf(pairs: readonly (readonly [row: number, count: number])[]): CountTerms {
  return {
    numTerms: pairs.length,
    rowOfTerm: Int32Array.from(pairs, ([row]) => row),
    lower: Float64Array.from(pairs, ([, count]) => countEdge(scale, count)),
    upper: Float64Array.from(pairs, ([, count]) => countEdge(scale, count + 1)),
  };
}

/** Some rows with neighbours, one with a single count, one with none. */
const terms = termsOf([
  [0, 0],
  [0, 1],
  [0, 7],
  [1, 12],
  [3, 4],
  [3, 5],
  [4, 30],
]);
const rng = rngFromSeed(11);
const weights = randomWeights(rng, numCountWeights(spec), 0.8);
const features = Float64Array.from(randomWeights(rng, NUM_ROWS * 3, 1.5));
const adjoint = Float64Array.from(randomWeights(rng, terms.numTerms, 1));

/** The density in float64 throughout: naive network, linear path written out, the mixture. */
function twinLogTerms(flat: ArrayLike<number>, x: Float64Array): Float64Array {
  const { output } = mlpTwin(spec.network, flat, x, new Float64Array(NUM_ROWS * 11), NUM_ROWS);
  const outputs = output.values.slice();
  const from = numMlpWeights(spec.network);
  for (let r = 0; r < NUM_ROWS; r++) {
    for (let f = 0; f < 3; f++) {
      outputs[r * 11 + 9] += flat[from + 2 * f] * x[r * 3 + f];
      outputs[r * 11 + 10] += flat[from + 2 * f + 1] * x[r * 3 + f];
    }
  }
  const mixture = createOneRowMixture(3);
  const partials = new Float64Array(11);
  return Float64Array.from(terms.rowOfTerm, (row, i) => {
    mixture.setRow(outputs.slice(row * 11, row * 11 + 11));
    return mixture.logMass(terms.lower[i], terms.upper[i], partials);
  });
}

function twinLoss(flat: ArrayLike<number>, x: Float64Array): number {
  return twinLogTerms(flat, x).reduce((sum, value, i) => sum + adjoint[i] * value, 0);
}

/** Central differences of the float64 twin at each element of `at`; step 1e-4: truncation and rounding below 1e-7. */
function differences(at: Float64Array, loss: (moved: Float64Array) => number): Float64Array {
  const h = 1e-4;
  return at.map((value, i) => (loss(at.with(i, value + h)) - loss(at.with(i, value - h))) / (2 * h));
}

/**
 * The network rounds to float32: 2^-24 at each of some 50 roundings between weight and output, times the largest element,
 * is 3e-6 of it; the rest is room for amplification by the layers and the error of the differences.
 */
const TOLERANCE = 3e-5;

function expectClose(actual: ArrayLike<number>, expected: Float64Array): void {
  const size = Math.max(...expected.map(Math.abs));
  expect(size).toBeGreaterThan(0.1);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value), `element ${i}`).toBeLessThan(TOLERANCE * size);
  });
}

function evaluated() {
  const density = createCountDensity(spec, NUM_ROWS, terms.numTerms);
  density.setWeights(weights);
  const logTerms = new Float64Array(terms.numTerms);
  density.evaluate(features, NUM_ROWS, terms, logTerms);
  return { density, logTerms };
}

describe("CountDensity", () => {
  test("values are those of the float64 twin", () => {
    expectClose(evaluated().logTerms, twinLogTerms(Float64Array.from(weights), features));
  });

  test("the gradient in the weights is that of the twin, and overwrites", () => {
    const { density } = evaluated();
    const gradient = new Float32Array(density.numWeights).fill(100);
    density.pullbackWeights(adjoint, gradient);
    expectClose(
      gradient,
      differences(Float64Array.from(weights), (flat) => twinLoss(flat, features)),
    );
  });

  test("the gradient in the features is that of the twin, and is ADDED", () => {
    const { density } = evaluated();
    const gradient = new Float64Array(features.length).fill(100);
    density.pullbackFeatures(adjoint, gradient);
    const flat = Float64Array.from(weights);
    expectClose(
      gradient.map((value) => value - 100),
      differences(features, (x) => twinLoss(flat, x)),
    );
    // Row 2 has no terms.
    expect([...gradient.subarray(6, 9)]).toEqual([100, 100, 100]);
  });

  test("both pullbacks may follow one evaluate, in any order and again", () => {
    const { density } = evaluated();
    const [first, second] = [new Float32Array(density.numWeights), new Float32Array(density.numWeights)];
    density.pullbackWeights(adjoint, first);
    density.pullbackFeatures(adjoint, new Float64Array(features.length));
    density.pullbackWeights(adjoint, second);
    expect(second).toEqual(first);
  });

  test("terms may come in any order", () => {
    const { logTerms } = evaluated();
    const density = createCountDensity(spec, NUM_ROWS, terms.numTerms);
    density.setWeights(weights);
    const order = [6, 2, 0, 4, 1, 3, 5];
    const pick = (values: ArrayLike<number>) => order.map((i) => values[i]);
    const shuffled = {
      numTerms: terms.numTerms,
      rowOfTerm: Int32Array.from(pick(terms.rowOfTerm)),
      lower: Float64Array.from(pick(terms.lower)),
      upper: Float64Array.from(pick(terms.upper)),
    };
    const out = new Float64Array(terms.numTerms);
    density.evaluate(features, NUM_ROWS, shuffled, out);
    expect([...out]).toEqual(pick(logTerms));
  });

  test("fewer rows and terms than there is room for leave the rest alone", () => {
    const density = createCountDensity(spec, 16, 50);
    density.setWeights(weights);
    const logTerms = new Float64Array(terms.numTerms + 1).fill(7);
    density.evaluate(features, NUM_ROWS, terms, logTerms);
    expect(logTerms.subarray(0, terms.numTerms)).toEqual(evaluated().logTerms);
    expect(logTerms[terms.numTerms]).toBe(7);
  });

  test("numWeights counts the network and the linear path", () => {
    expect(numCountWeights(spec)).toBe(3 * 9 + 9 + 9 * 5 + 5 + 5 * 11 + 11 + 3 * 2);
  });
});
