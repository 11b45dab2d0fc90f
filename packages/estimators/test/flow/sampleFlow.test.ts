import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { createFlowDensity } from "../../src/flow/createFlowDensity.ts";
import { evaluateFlow } from "../../src/flow/evaluateFlow.ts";
import { setTerms } from "../../src/flow/flowParts.ts";
import { sampleFlow } from "../../src/flow/sampleFlow.ts";
import { randomPoint } from "../support/continuousDensity.ts";
import { drawAt, expectCellsFollow, expectDrawsFollow } from "../support/densityChecks.ts";
import { AFFINE, flowPartsAt, flowSpec, SPLINE } from "../support/flowSpec.ts";

const BLOCK = 1000;
const NUM_DRAWS = 20_000;

test.each([
  ["affine", flowSpec(AFFINE, 1)],
  ["spline with a condition", flowSpec(SPLINE, 1, { numConditions: 1 })],
] as const)("draws of one column follow the density: %s", (_name, spec) => {
  const density = createFlowDensity(spec, 1, BLOCK);
  const point = randomPoint(rngFromSeed(31), density, spec, Int32Array.of(0));
  const [draws] = drawAt(rngFromSeed(32), density, point, NUM_DRAWS, BLOCK);
  expectDrawsFollow(draws, density, point, BLOCK);
});

test.each([
  ["affine with a condition", flowSpec(AFFINE, 2, { numConditions: 1 })],
  ["spline", flowSpec(SPLINE, 2)],
] as const)("draws of two columns follow the density: %s", (_name, spec) => {
  const density = createFlowDensity(spec, 1, BLOCK);
  const point = randomPoint(rngFromSeed(33), density, spec, Int32Array.of(0));
  expectCellsFollow(drawAt(rngFromSeed(34), density, point, NUM_DRAWS, BLOCK), density, point, BLOCK);
});

test.each([
  ["affine, three columns and a condition", flowSpec(AFFINE, 3, { numConditions: 1 })],
  ["spline, one column", flowSpec(SPLINE, 1)],
  ["spline, three columns", flowSpec(SPLINE, 3)],
] as const)("the transforms undo what sampling did: %s", (_name, spec) => {
  const rowOfTerm = Int32Array.from({ length: 200 }, (_, i) => Math.floor(i / 20));
  const point = randomPoint(rngFromSeed(35), createFlowDensity(spec, 1, 1), spec, rowOfTerm);
  const { terms } = point;
  const parts = flowPartsAt(spec, point);
  const columns = terms.columns.map((column) => column.slice());
  sampleFlow(rngFromSeed(36), parts, columns);
  setTerms(parts, { ...terms, columns });
  evaluateFlow(parts, new Float64Array(terms.numTerms));
  const rng = rngFromSeed(36);
  const { values, stride } = parts.normal;
  for (let i = 0; i < terms.numTerms; i++) {
    for (let c = 0; c < columns.length; c++) {
      const z = standardNormal(rng);
      // Three transforms of float32 numbers, whose slopes reach some tens.
      expect(Math.abs(values[i * stride + c] - z)).toBeLessThan(1e-3 * (1 + Math.abs(z)));
    }
  }
});
