import { rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { createFlowDensity } from "../../src/flow/createFlowDensity.ts";
import { randomPoint } from "../support/continuousDensity.ts";
import { totalMass } from "../support/densityChecks.ts";
import { AFFINE, flowSpec, SPLINE } from "../support/flowSpec.ts";

const BLOCK = 1000;

const cases = [
  ["affine, one column", flowSpec(AFFINE, 1), 20_000],
  ["spline, one column with a condition", flowSpec(SPLINE, 1, { numConditions: 1 }), 20_000],
  ["affine, two columns", flowSpec(AFFINE, 2), 500],
  ["spline, two columns", flowSpec(SPLINE, 2), 500],
] as const;

test.each(cases)("the density integrates to 1: %s", (_name, spec, steps) => {
  const density = createFlowDensity(spec, 1, BLOCK);
  const point = randomPoint(rngFromSeed(11), density, spec, Int32Array.of(0));
  const reach = 12;
  const mass = totalMass(density, point, reach, steps, BLOCK);
  // Halving the steps shows what the rule is off by; float32 densities are off by 1e-5 at most.
  const coarse = totalMass(density, point, reach, steps / 2, BLOCK);
  expect(Math.abs(mass - 1)).toBeLessThan(Math.abs(mass - coarse) + 1e-4);
  expect(Math.abs(mass - coarse)).toBeLessThan(0.01);
});
