import { rngFromSeed } from "@poolish/core";
import { logSumExp } from "@poolish/math";
import { describe, expect, test } from "vitest";
import { createMixtureDensity } from "../../src/mixtureDensity/createMixtureDensity.ts";
import type { MixtureDensitySpec } from "../../src/mixtureDensity/mixtureDensitySpec.ts";
import {
  continuousColumns,
  evaluateAt,
  expectGradients,
  normals,
  oneTerm,
  randomPoint,
} from "../support/continuousDensity.ts";
import { drawAt, expectCellsFollow, expectDrawsFollow, totalMass } from "../support/densityChecks.ts";

function specOf(numColumns: number, numConditions: number, numComponents: number): MixtureDensitySpec {
  return {
    kind: "mixture-density",
    columns: continuousColumns(numColumns),
    numFeatures: 3,
    numConditions,
    numComponents,
    hidden: [8, 8],
    activation: "silu",
  };
}

/** Three rows, of which the first and the last have several terms. */
const ROWS = Int32Array.of(0, 0, 0, 1, 2, 2, 2);
const BLOCK = 1000;

describe.each([
  ["one column, one component", specOf(1, 0, 1)],
  ["two columns, three components", specOf(2, 0, 3)],
  ["three columns with conditions, two components", specOf(3, 2, 2)],
] as const)("mixture density: %s", (_name, spec) => {
  const density = createMixtureDensity(spec, 4, 9);
  const point = randomPoint(rngFromSeed(3), density, spec, ROWS);

  test("gradients are those of finite differences", () => {
    expectGradients(density, point, normals(rngFromSeed(4), ROWS.length));
  });

  test("terms do not depend on each other, nor on how rows are shared", () => {
    evaluateAt(density, point).forEach((value, i) => {
      expect(evaluateAt(density, oneTerm(point, spec, i))[0]).toBe(value);
    });
  });
});

test("far from the simulations values and gradients are finite", () => {
  const spec = specOf(2, 0, 2);
  const density = createMixtureDensity(spec, 4, 9);
  const point = randomPoint(rngFromSeed(6), density, spec, ROWS);
  const features = point.features.map((value) => 1e4 * value);
  evaluateAt(density, { ...point, features }).forEach((value) => void expect(value).toBeLessThan(0));
  const gradient = new Float64Array(features.length);
  density.pullback(new Float64Array(ROWS.length), { features: gradient });
  expect([...gradient]).toEqual(new Array(gradient.length).fill(0));
  density.pullback(new Float64Array(ROWS.length).fill(1), { features: gradient });
  expect(gradient.every(Number.isFinite)).toBe(true);
});

test("equals the mixture that its biases say, with the precision L'L", () => {
  const spec = specOf(2, 0, 2);
  const density = createMixtureDensity(spec, 4, 9);
  const point = randomPoint(rngFromSeed(5), density, spec, ROWS);
  const logits = [0.4, -0.3];
  const means = [
    [0.5, -1],
    [-0.2, 0.8],
  ];
  const factors = [
    [0.3, -0.6, -0.2],
    [-0.5, 0.9, 0.1],
  ];
  const outputs = [...logits, ...means.flat(), ...factors.flat()];
  const weights = new Float32Array(density.numWeights);
  // All else is 0: the last layer's biases stand before the linear path of 3 × 12 weights.
  weights.set(outputs, weights.length - 3 * outputs.length - outputs.length);
  evaluateAt(density, { ...point, weights }).forEach((value, i) => {
    const [x, y] = point.terms.columns.map((column) => column[i]);
    const logJoint = logits.map((logit, k) => {
      const [logFirst, below, logSecond] = factors[k];
      const u = x - means[k][0];
      const v = y - means[k][1];
      const squares = (Math.exp(logFirst) * u) ** 2 + (below * u + Math.exp(logSecond) * v) ** 2;
      return logit + logFirst + logSecond - squares / 2 - Math.log(2 * Math.PI);
    });
    expect(value).toBeCloseTo(logSumExp(Float64Array.from(logJoint)) - logSumExp(Float64Array.from(logits)), 5);
  });
});

test.each([
  ["one column with a condition", specOf(1, 1, 3), 20_000],
  ["two columns", specOf(2, 0, 3), 500],
] as const)("the density integrates to 1: %s", (_name, spec, steps) => {
  const density = createMixtureDensity(spec, 1, BLOCK);
  const point = randomPoint(rngFromSeed(11), density, spec, Int32Array.of(0));
  const mass = totalMass(density, point, 12, steps, BLOCK);
  // Smooth and far from the edges: the midpoint rule is exact but for float32, 1e-5 at most.
  expect(Math.abs(mass - 1)).toBeLessThan(1e-4);
});

test("draws of one column follow the density", () => {
  const spec = specOf(1, 1, 3);
  const density = createMixtureDensity(spec, 1, BLOCK);
  const point = randomPoint(rngFromSeed(12), density, spec, Int32Array.of(0));
  const [draws] = drawAt(rngFromSeed(13), density, point, 20_000, BLOCK);
  expectDrawsFollow(draws, density, point, BLOCK);
});

test("draws of two columns follow the density", () => {
  const spec = specOf(2, 0, 3);
  const density = createMixtureDensity(spec, 1, BLOCK);
  const point = randomPoint(rngFromSeed(14), density, spec, Int32Array.of(0));
  expectCellsFollow(drawAt(rngFromSeed(15), density, point, 20_000, BLOCK), density, point, BLOCK);
});
