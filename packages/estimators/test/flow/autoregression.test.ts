import { rngFromSeed } from "@poolish/core";
import { describe, expect, test } from "vitest";
import { createFlowDensity } from "../../src/flow/createFlowDensity.ts";
import { evaluateFlow } from "../../src/flow/evaluateFlow.ts";
import type { FlowSpec } from "../../src/flow/flowSpec.ts";
import { evaluateAt, moved, type Point, randomPoint } from "../support/continuousDensity.ts";
import { AFFINE, flowPartsAt, flowSpec, SPLINE } from "../support/flowSpec.ts";
import { affineFlowTwin } from "../support/flowTwin.ts";

const ROWS = Int32Array.of(0, 1, 1, 2);

describe.each([
  ["affine", AFFINE],
  ["spline", SPLINE],
] as const)("one transform: %s", (_name, transform) => {
  const order = [2, 0, 1];
  const spec = flowSpec(transform, 3, { orders: [order], numConditions: 1, hidden: [9, 9, 8] });
  const density = createFlowDensity(spec, 3, 4);
  const point = randomPoint(rngFromSeed(21), density, spec, ROWS);
  const normalsAt = (columns: readonly Float64Array[]): number[][] => {
    const terms = { ...point.terms, columns };
    return normalOf(spec, { ...point, terms });
  };

  test("moving a column moves itself and later ones of the order, not the earlier ones by a bit", () => {
    const before = normalsAt(point.terms.columns);
    order.forEach((c, position) => {
      const after = normalsAt(moved(point.terms.columns, c, 1, 0.5));
      order.slice(0, position).forEach((earlier) => {
        expect(after[earlier]).toEqual(before[earlier]);
      });
      for (const later of order.slice(position)) expect(after[later][1]).not.toBe(before[later][1]);
    });
  });

  test("the first column of the order depends on θ and on the conditions", () => {
    const before = normalOf(spec, point)[order[0]];
    const features = point.features.map((value) => value + 0.5);
    const conditions = point.terms.conditions.map((value) => value + 0.5);
    normalOf(spec, { ...point, features })[order[0]].forEach((z, i) => {
      expect(z).not.toBe(before[i]);
    });
    normalOf(spec, { ...point, terms: { ...point.terms, conditions } })[order[0]].forEach((z, i) => {
      expect(z).not.toBe(before[i]);
    });
  });
});

/** What the transforms make of each column of each term. */
function normalOf(spec: FlowSpec, point: Point): number[][] {
  const { numTerms } = point.terms;
  const parts = flowPartsAt(spec, point);
  evaluateFlow(parts, new Float64Array(numTerms));
  const { values, stride } = parts.normal;
  return spec.columns.map((_, c) => Array.from({ length: numTerms }, (_t, i) => values[i * stride + c]));
}

test.each([
  ["one column", flowSpec(AFFINE, 1)],
  ["one column and conditions", flowSpec(AFFINE, 1, { numConditions: 2 })],
  ["three columns and a condition", flowSpec(AFFINE, 3, { numConditions: 1 })],
  ["residual layers", flowSpec(AFFINE, 3, { hidden: [11, 11, 11] })],
  ["no hidden layer", flowSpec(AFFINE, 2, { hidden: [] })],
] as const)("equals the float64 twin: %s", (_name, spec) => {
  const density = createFlowDensity(spec, 3, 4);
  const point = randomPoint(rngFromSeed(22), density, spec, ROWS);
  evaluateAt(density, point).forEach((value, i) => {
    const expected = affineFlowTwin(spec, point, i);
    // Sums of some 20 products in each of 9 layers, in float32.
    expect(Math.abs(value - expected)).toBeLessThan(2e-5 * (1 + Math.abs(expected)));
  });
});
