import { rngFromSeed } from "@poolish/core";
import { describe, expect, test } from "vitest";
import { createFlowDensity } from "../../src/flow/createFlowDensity.ts";
import { evaluateAt, expectGradients, normals, oneTerm, randomPoint } from "../support/continuousDensity.ts";
import { AFFINE, flowSpec, SPLINE } from "../support/flowSpec.ts";

const cases = [
  ["affine, one column", flowSpec(AFFINE, 1)],
  ["affine, one column and conditions", flowSpec(AFFINE, 1, { numConditions: 2 })],
  ["affine, three columns", flowSpec(AFFINE, 3)],
  ["affine, silu, two columns and conditions", flowSpec(AFFINE, 2, { numConditions: 2, activation: "silu" })],
  ["affine, residual layers", flowSpec(AFFINE, 2, { hidden: [9, 9, 9] })],
  ["affine, no hidden layers", flowSpec(AFFINE, 3, { numConditions: 1, hidden: [] })],
  ["spline, one column", flowSpec(SPLINE, 1)],
  ["spline, two columns", flowSpec(SPLINE, 2)],
  ["spline, three columns and a condition", flowSpec(SPLINE, 3, { numConditions: 1 })],
] as const;

/** Three rows, of which the first and the last have several terms. */
const ROWS = Int32Array.of(0, 0, 0, 1, 2, 2, 2);

describe.each(cases)("flow: %s", (_name, spec) => {
  const density = createFlowDensity(spec, 4, 9);
  const point = randomPoint(rngFromSeed(3), density, spec, ROWS);

  test("gradients are those of finite differences", () => {
    expectGradients(density, point, normals(rngFromSeed(4), ROWS.length));
  });

  test("terms do not depend on each other, nor on how rows are shared", () => {
    const together = evaluateAt(density, point);
    together.forEach((value, i) => {
      expect(evaluateAt(density, oneTerm(point, spec, i))[0]).toBe(value);
    });
  });

  test("the gradient in memory is the flat one", () => {
    const adjoint = normals(rngFromSeed(5), ROWS.length);
    const { memory } = density;
    if (memory === undefined) throw new Error("no memory");
    const flat = new Float32Array(density.numWeights);
    evaluateAt(density, point);
    density.pullback(adjoint, { weights: flat });
    memory.gradient.values.fill(7);
    density.pullback(adjoint, { weights: memory.gradient.values });
    // A sum that begins at 0 makes 0 of −0.
    expect(Float32Array.from(memory.positions, (position) => 0 + memory.gradient.values[position])).toEqual(flat);
  });

  test("weights that are 0 leave a standard normal", () => {
    const logTerms = evaluateAt(density, { ...point, weights: new Float32Array(density.numWeights) });
    logTerms.forEach((value, i) => {
      const squares = point.terms.columns.reduce((sum, column) => sum + column[i] ** 2, 0);
      expect(value).toBeCloseTo(-0.5 * squares - 0.5 * spec.columns.length * Math.log(2 * Math.PI), 5);
    });
  });
});

test("no terms at all", () => {
  const spec = flowSpec(SPLINE, 2);
  const density = createFlowDensity(spec, 4, 9);
  const empty = new Float64Array(0);
  const weights = new Float32Array(density.numWeights);
  const terms = { numTerms: 0, rowOfTerm: new Int32Array(0), columns: [empty, empty], conditions: empty };
  expect(evaluateAt(density, { weights, terms, features: empty, numRows: 0 })).toHaveLength(0);
  const gradient = new Float32Array(density.numWeights).fill(1);
  density.pullback(empty, { weights: gradient });
  expect(gradient.every((value) => value === 1)).toBe(true);
});
