import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { conditionalShare, nextTemperature } from "../../src/smc/nextTemperature.ts";

const rng = rngFromSeed(1);
const logLikelihood = Float64Array.from({ length: 500 }, () => -20 * standardNormal(rng) ** 2);
const uneven = Float64Array.from({ length: 500 }, () => rng.uniform());
const total = uneven.reduce((sum, weight) => sum + weight, 0);
const weights = uneven.map((weight) => weight / total);

/** The definition, with incremental weights that are not shifted. */
function slowShare(step: number): number {
  const increments = Array.from(logLikelihood, (value) => Math.exp(step * value));
  const sum = increments.reduce((all, w, i) => all + weights[i] * w, 0);
  return sum ** 2 / increments.reduce((all, w, i) => all + weights[i] * w * w, 0);
}

test("the conditional share is its definition", () => {
  for (const step of [0, 0.01, 0.3, 1])
    expect(conditionalShare(weights, logLikelihood, step)).toBeCloseTo(slowShare(step), 12);
});

test.each([0.5, 0.8, 0.99])("the next temperature leaves the share %d", (share) => {
  const next = nextTemperature(weights, logLikelihood, 0.1, share);
  expect(slowShare(next - 0.1)).toBeGreaterThanOrEqual(share);
  expect(slowShare((next - 0.1) * 1.001)).toBeLessThan(share);
});

test("is 1 when the whole way keeps the share", () => {
  expect(nextTemperature(weights, logLikelihood, 0.9999, 0.5)).toBe(1);
  expect(nextTemperature(weights, new Float64Array(500).fill(-1e9), 0, 0.99)).toBe(1);
});

test("is above 0 for a likelihood that spans e^(1e12)", () => {
  const wild = logLikelihood.map((value) => value * 1e10);
  const next = nextTemperature(weights, wild, 0, 0.9);
  expect(next).toBeGreaterThan(0);
  expect(conditionalShare(weights, wild, next)).toBeCloseTo(0.9, 3);
});

test("leaves out the particles of likelihood 0, which any step loses", () => {
  const halved = logLikelihood.map((value, i) => (i % 2 === 0 ? value : -Infinity));
  const kept = (values: Float64Array) => values.filter((_, i) => i % 2 === 0);
  expect(nextTemperature(weights, halved, 0, 0.7)).toBe(nextTemperature(kept(weights), kept(halved), 0, 0.7));
});
