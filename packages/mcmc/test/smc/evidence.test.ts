import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { evidenceOf } from "../../src/smc/evidence.ts";

const groupStarts = Int32Array.of(0, 3, 7, 10);

test("is the log mean weight, with the error of a mean over groups of any size", () => {
  const weights = [1, 2, 6, 2, 2, 1, 3, 4, 5, 3];
  const { logEvidence, standardError } = evidenceOf(Float64Array.from(weights, Math.log), groupStarts);
  const mean = 2.9;
  expect(logEvidence).toBeCloseTo(Math.log(mean), 12);
  const deviations = [9 - 3 * mean, 8 - 4 * mean, 12 - 3 * mean];
  const variance = (deviations.reduce((sum, d) => sum + d * d, 0) * 1.5) / 100;
  expect(standardError).toBeCloseTo(Math.sqrt(variance) / mean, 12);
});

test("is stable far from 1, and knows weights of 0", () => {
  const weights = Float64Array.of(0, -Infinity, 0, 0, 0, 0, 0, 0, 0, 0);
  const near = evidenceOf(weights, groupStarts);
  const far = evidenceOf(
    weights.map((value) => value - 5000),
    groupStarts,
  );
  expect(near.logEvidence).toBeCloseTo(Math.log(0.9), 12);
  expect(far.logEvidence).toBeCloseTo(Math.log(0.9) - 5000, 9);
  expect(far.standardError).toBeCloseTo(near.standardError, 12);
});

test("for independent weights the error is that of their mean", () => {
  const rng = rngFromSeed(5);
  const numGroups = 400;
  const size = 50;
  const logWeights = Float64Array.from({ length: numGroups * size }, () => 0.5 * standardNormal(rng));
  const starts = Int32Array.from({ length: numGroups + 1 }, (_, k) => k * size);
  const { standardError } = evidenceOf(logWeights, starts);
  const expected = Math.sqrt(Math.expm1(0.25) / (numGroups * size));
  // A variance from 400 groups has relative standard error √(2 / 399), its root half of that; k = 5.
  expect(Math.abs(standardError / expected - 1)).toBeLessThan((5 * Math.sqrt(2 / 399)) / 2);
});
