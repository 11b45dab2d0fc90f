import { type LogDensity, rngFromSeed } from "@poolish/core";
import { unitMetric } from "@poolish/mcmc";
import { expect, test } from "vitest";
import { initialStepSize } from "../../src/adaptation/initialStepSize.ts";
import { nutsState } from "../../src/nuts.ts";

function gaussianOf(sd: number): LogDensity {
  return {
    dim: 1,
    valueAndGradient(q, gradient) {
      gradient[0] = -q[0] / sd ** 2;
      return -0.5 * (q[0] / sd) ** 2;
    },
  };
}

function heuristic(target: LogDensity, seed: number): number {
  const state = nutsState(target, Float64Array.of(0));
  return initialStepSize(target, rngFromSeed(seed), { stepSize: 1, metric: unitMetric(1) }, state);
}

test.each([1e-6, 1e-3, 1, 1e3, 1e6])("scales with the target: sd %d", (sd) => {
  // From the mode, an acceptance of 0.8 is met between 0.1 and 100 sd, whatever the momentum (|p| from 1e-2 to 4).
  for (let seed = 0; seed < 20; seed++) {
    const ratio = heuristic(gaussianOf(sd), seed) / sd;
    expect(ratio).toBeGreaterThan(0.1);
    expect(ratio).toBeLessThan(100);
  }
});

test("is a power of two times the step size that it starts from", () => {
  expect(Number.isInteger(Math.log2(heuristic(gaussianOf(0.01), 1)))).toBe(true);
});

test("gives up after 100 doublings or halvings", () => {
  const flat: LogDensity = {
    dim: 1,
    valueAndGradient(_, gradient) {
      gradient[0] = 0;
      return 0;
    },
  };
  expect(heuristic(flat, 1)).toBe(2 ** 100);
  const point: LogDensity = {
    dim: 1,
    valueAndGradient(q, gradient) {
      gradient[0] = 0;
      return q[0] === 0 ? 0 : NaN;
    },
  };
  expect(heuristic(point, 1)).toBe(2 ** -100);
});
