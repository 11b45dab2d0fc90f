import { rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { createAutoregressiveDensity } from "../../src/autoregressive/createAutoregressiveDensity.ts";
import { continuousColumns, evaluateAt, randomPoint } from "../support/continuousDensity.ts";

const spec = {
  kind: "autoregressive",
  columns: continuousColumns(2),
  numFeatures: 2,
  numConditions: 0,
  isCoupled: true,
  numComponents: 3,
  trunk: { hidden: [8, 8], activation: "silu" },
  branch: { hidden: [6], activation: "silu" },
} as const;
const density = createAutoregressiveDensity(spec, 3, 5);
const point = randomPoint(rngFromSeed(3), density, spec, Int32Array.of(0, 0, 1, 2, 2));
const adjoint = Float64Array.of(1, -1, 0.5, 2, 0.25);
const { memory } = density;
if (memory === undefined) throw new Error("the density has no memory");

test("the gradient in memory is the flat one, and overwrites; its padding is 0", () => {
  evaluateAt(density, point);
  const flat = new Float32Array(density.numWeights);
  density.pullback(adjoint, { weights: flat });
  memory.gradient.values.fill(9);
  density.pullback(adjoint, { weights: memory.gradient.values });
  const gradient = memory.gradient.values.slice();
  expect(Float32Array.from(memory.positions, (position) => gradient[position])).toEqual(flat);
  for (const position of memory.positions) gradient[position] = 0;
  expect(gradient.every((value) => value === 0)).toBe(true);
});

test("weights changed in place count after a refresh", () => {
  const before = evaluateAt(density, point);
  const moved = point.weights.map((weight, i) => weight + 0.01 * Math.sin(i));
  const expected = evaluateAt(density, { ...point, weights: moved });
  density.setWeights(point.weights);
  memory.positions.forEach((position, i) => {
    memory.weights.values[position] = moved[i];
  });
  memory.refresh();
  const logTerms = new Float64Array(5);
  density.evaluate(point.features, point.numRows, logTerms);
  expect(logTerms).toEqual(expected);
  expect(logTerms).not.toEqual(before);
});
