import { type LogDensity, rngFromSeed } from "@poolish/core";
import type { NutsInfo } from "@poolish/mcmc";
import { describe, expect, test } from "vitest";
import { diagonalFisher } from "../../src/adaptation/diagonalFisher.ts";
import { startDualAveraging, updateDualAveraging } from "../../src/adaptation/dualAveraging.ts";
import { fisherWarmup } from "../../src/adaptation/fisherWarmup.ts";
import { nutsState } from "../../src/nuts.ts";

/** Log-Exponential(1): the metric depends on the draws. */
const skewed: LogDensity = {
  dim: 1,
  valueAndGradient(q, gradient) {
    gradient[0] = 1 - Math.exp(q[0]);
    return q[0] - Math.exp(q[0]);
  },
};
const state = (x: number) => nutsState(skewed, Float64Array.of(x));
const accepted: NutsInfo = {
  logDensity: 0,
  acceptanceRate: 0.7,
  symmetricAcceptanceRate: 0.9,
  stepSize: 1,
  treeDepth: 1,
  numSteps: 1,
  numStepsMoved: 1,
  isDivergent: false,
  divergentPosition: undefined,
  divergenceStart: undefined,
  energy: 0,
  energyError: 0,
  maxEnergyError: 0,
  reachedMaxTreeDepth: false,
};
const start = state(-1);
const begin = (numIterations: number) =>
  fisherWarmup(skewed, rngFromSeed(1), start, {
    numIterations,
    targetAcceptance: 0.8,
    estimator: diagonalFisher(start),
    updateEvery: 1,
  });
const variance = (values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
};

describe("the metric", () => {
  test("follows every draw from the third on, forgets by switches, and rests in the last 15 %", () => {
    const rng = rngFromSeed(2);
    const warmup = begin(200);
    expect(warmup.current().metric.inverseMass[0]).toBeCloseTo(1 / (1 - Math.exp(-1)), 12);
    let foreground = [-1];
    let background = [-1];
    let expected = 1 / (1 - Math.exp(-1));
    for (let i = 0; i < 200; i++) {
      const x = Math.sin(i * i) - 0.3;
      warmup.update(rng, state(x), accepted);
      if (i < 170) {
        foreground.push(x);
        background.push(x);
        // Early windows of 10 until 60; afterwards 80 draws need room for 120 more, which is never there.
        if (i < 60 && background.length >= 10) [foreground, background] = [background, []];
        if (foreground.length >= 3) {
          expected = Math.sqrt(variance(foreground) / variance(foreground.map((q) => 1 - Math.exp(q))));
        }
      }
      expect(warmup.current().metric.inverseMass[0]).toBeCloseTo(expected, 10);
    }
    expect(warmup.final().metric).toBe(warmup.current().metric);
  });

  test.each([
    [0, false, false],
    [-1, false, true],
    [4, true, false],
    [-5, true, true],
  ])("a draw %i steps away (diverged: %s) counts: %s", (numStepsMoved, isDivergent, counts) => {
    const rng = rngFromSeed(3);
    const warmup = begin(1000);
    for (const x of [0, 0.5, 1]) warmup.update(rng, state(x), accepted);
    const before = warmup.current().metric.inverseMass[0];
    warmup.update(rng, state(-3), { ...accepted, numStepsMoved, isDivergent });
    expect(Math.abs(warmup.current().metric.inverseMass[0] / before - 1) > 1e-9).toBe(counts);
  });
});

test("dual averaging restarts once, with the first metric; it aims at the symmetric acceptance when late", () => {
  const rng = rngFromSeed(4);
  const warmup = begin(100);
  let twin = startDualAveraging(warmup.current().stepSize);
  for (let i = 0; i < 100; i++) {
    warmup.update(rng, state(Math.cos(3 * i)), accepted);
    // Iteration 1 has the third draw. Late: iteration + next window > 85, the next early window being 10, then 120.
    const isLate = i >= 30;
    twin = i === 1 ? startDualAveraging(warmup.current().stepSize) : twin;
    if (i !== 1) twin = updateDualAveraging(twin, isLate ? 0.9 : 0.7, 0.8, Math.PI);
    expect(warmup.current().stepSize).toBeCloseTo(Math.exp(twin.logStepSize), 12);
  }
  expect(warmup.final().stepSize).toBeCloseTo(Math.exp(twin.meanLogStepSize), 12);
});

test("steps stay below π", () => {
  const rng = rngFromSeed(5);
  const warmup = begin(300);
  const perfect = { ...accepted, acceptanceRate: 1, symmetricAcceptanceRate: 1 };
  for (let i = 0; i < 300; i++) warmup.update(rng, state(Math.cos(3 * i)), perfect);
  expect(warmup.current().stepSize).toBeCloseTo(Math.PI, 12);
  expect(warmup.final().stepSize).toBeLessThanOrEqual(Math.PI * (1 + 1e-12));
});
