import { expect, test } from "vitest";
import { densitySchema } from "../../src/density/densitySchema.ts";
import type { DensitySpec } from "../../src/density/densitySpec.ts";
import { MOST_MIXTURE_COLUMNS } from "../../src/mixtureDensity/mixtureDensitySpec.ts";
import { continuousColumns } from "../support/continuousDensity.ts";
import { AFFINE, flowSpec, SPLINE } from "../support/flowSpec.ts";

const mixture: DensitySpec = {
  kind: "mixture-density",
  columns: continuousColumns(2),
  numFeatures: 3,
  numConditions: 0,
  numComponents: 4,
  hidden: [8],
  activation: "silu",
};

/** As a file has it: bounds that are open are null there. */
function written(spec: DensitySpec): unknown {
  return JSON.parse(JSON.stringify(spec));
}

test.each<[string, DensitySpec]>([
  ["affine flow", flowSpec(AFFINE, 2)],
  ["spline flow with conditions", flowSpec(SPLINE, 3, { numConditions: 2 })],
  ["mixture density", mixture],
])("reads what was written: %s", (_name, spec) => {
  expect(densitySchema.parse(written(spec))).toEqual(spec);
});

test.each<[string, unknown]>([
  ["an order that misses a column", { ...flowSpec(AFFINE, 2), orders: [[0, 0]] }],
  ["an order of too few columns", { ...flowSpec(AFFINE, 2), orders: [[0]] }],
  ["no transform", { ...flowSpec(AFFINE, 2), orders: [] }],
  ["a spline without bins", { ...flowSpec(AFFINE, 2), transform: { kind: "spline", numBins: 0, bound: 3 } }],
  [
    "a flow of counts",
    { ...flowSpec(AFFINE, 1), columns: [{ kind: "count", scale: { mean: 1, standardDeviation: 1 }, largestCount: 3 }] },
  ],
  ["a mixture of too many columns", { ...mixture, columns: continuousColumns(MOST_MIXTURE_COLUMNS + 1) }],
])("refuses %s", (_name, spec) => {
  expect(densitySchema.safeParse(JSON.parse(JSON.stringify(spec))).success).toBe(false);
});
