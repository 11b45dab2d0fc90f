import { type LogDensity, PoolishError, rngFromSeed } from "@poolish/core";
import { createDrawStore, type NutsInfo, sampleChain } from "@poolish/mcmc";
import { expect, test } from "vitest";
import { stanWarmup } from "../../src/adaptation/stanWarmup.ts";
import { nutsState } from "../../src/nuts.ts";

const gaussian: LogDensity = {
  dim: 1,
  valueAndGradient(q, gradient) {
    gradient[0] = -q[0];
    return -0.5 * q[0] ** 2;
  },
};
const info: NutsInfo = {
  logDensity: 0,
  acceptanceRate: 0.8,
  stepSize: 1,
  treeDepth: 1,
  symmetricAcceptanceRate: 0.8,
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

test("the metric is the regularised variance of the last complete window, and of it alone", () => {
  const rng = rngFromSeed(1);
  const options = { numIterations: 200, targetAcceptance: 0.8 };
  const warmup = stanWarmup(gaussian, rng, nutsState(gaussian, Float64Array.of(0)), options);
  const draws = Array.from({ length: 200 }, (_, i) => Math.sin(i * i));
  const expected = (from: number, to: number) => {
    const window = draws.slice(from, to);
    const mean = window.reduce((a, b) => a + b) / window.length;
    const variance = window.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (window.length - 1);
    return (window.length * variance + 5 * 1e-3) / (window.length + 5);
  };
  const metrics = draws.map((draw) => {
    warmup.update(rng, nutsState(gaussian, Float64Array.of(draw)), info);
    return warmup.current().metric.inverseMass[0];
  });
  // Windows of 200 iterations: 75–99 and 100–149.
  for (let i = 0; i < 200; i++) {
    const metric = i < 99 ? 1 : i < 149 ? expected(75, 100) : expected(100, 150);
    expect(metrics[i]).toBeCloseTo(metric, 12);
  }
  expect(warmup.final().metric).toBe(warmup.current().metric);
});

test.each(["fisher", "lowRank", "stan"] as const)(
  "an improper target is the model's fault, in words: %s",
  (adaptation) => {
    const flat: LogDensity = {
      dim: 1,
      valueAndGradient(_, gradient) {
        gradient[0] = 0;
        return 0;
      },
    };
    const attempt = () =>
      sampleChain(flat, rngFromSeed(1), { warmup: 1000, draws: 10, adaptation }, { sink: createDrawStore(1, 10) });
    expect(attempt).toThrow(PoolishError);
    expect(attempt).toThrow("improper");
  },
);
