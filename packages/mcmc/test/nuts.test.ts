import { type LogDensity, rngFromSeed } from "@poolish/core";
import { diagonalMetric, nuts, unitMetric } from "@poolish/mcmc";
import { describe, expect, test } from "vitest";

/** Standard normal in three dimensions. */
const gaussian: LogDensity = {
  dim: 3,
  valueAndGradient(q, gradient) {
    let value = 0;
    for (let i = 0; i < 3; i++) {
      gradient[i] = -q[i];
      value -= 0.5 * q[i] ** 2;
    }
    return value;
  },
};

describe("step", () => {
  const kernel = nuts(gaussian)({ stepSize: 0.5, metric: diagonalMetric(Float64Array.of(1, 2, 0.5)) });

  test("is pure: the same state and stream give the same result, whatever happened in between", () => {
    const state = kernel.init(Float64Array.of(0.3, -1, 2));
    const before = structuredClone(state);
    const rng = rngFromSeed(3);
    const first = kernel.step(rng.clone(), state);
    const kept = structuredClone(first);
    let other = kernel.init(Float64Array.of(1, 1, 1));
    const otherRng = rngFromSeed(4);
    for (let i = 0; i < 1000; i++) other = kernel.step(otherRng, other)[0];
    expect(kernel.step(rng.clone(), state)).toEqual(kept);
    expect(first).toEqual(kept);
    expect(state).toEqual(before);
  });

  test("returns log-density and gradient of the position that it returns", () => {
    const rng = rngFromSeed(5);
    let state = kernel.init(Float64Array.of(0.3, -1, 2));
    for (let i = 0; i < 100; i++) {
      const [next, info] = kernel.step(rng, state);
      expect(next).toEqual(kernel.init(next.position));
      expect(info.logDensity).toBe(next.logDensity);
      state = next;
    }
  });

  test("reports consistent statistics", () => {
    const rng = rngFromSeed(6);
    let state = kernel.init(Float64Array.of(0.3, -1, 2));
    for (let i = 0; i < 200; i++) {
      const [next, info] = kernel.step(rng, state);
      expect(info.stepSize).toBe(0.5);
      expect(info.numSteps).toBeGreaterThanOrEqual(2 ** info.treeDepth - 1);
      expect(info.numSteps).toBeLessThan(2 ** (info.treeDepth + 1));
      expect(info.acceptanceRate).toBeGreaterThan(0);
      expect(info.acceptanceRate).toBeLessThanOrEqual(1);
      expect(info.symmetricAcceptanceRate).toBeGreaterThan(0);
      expect(info.symmetricAcceptanceRate).toBeLessThanOrEqual(1);
      expect(Math.abs(info.numStepsMoved)).toBeLessThan(2 ** info.treeDepth);
      expect(info.numStepsMoved === 0).toBe(next.position.every((q, i) => q === state.position[i]));
      expect(Math.abs(info.energyError)).toBeLessThanOrEqual(Math.abs(info.maxEnergyError));
      expect(info.energy).toBeGreaterThanOrEqual(-next.logDensity);
      expect(info).toMatchObject({ isDivergent: false, divergentPosition: undefined, reachedMaxTreeDepth: false });
      state = next;
    }
  });

  test("init copies the position", () => {
    const position = Float64Array.of(1, 2, 3);
    const state = kernel.init(position);
    position[0] = 9;
    expect(state.position[0]).toBe(1);
  });
});

test("a step size that is far too small runs into the largest tree depth and says so", () => {
  const kernel = nuts(gaussian, { maxTreeDepth: 4 })({ stepSize: 1e-4, metric: unitMetric(3) });
  const [, info] = kernel.step(rngFromSeed(1), kernel.init(Float64Array.of(0, 0, 0)));
  expect(info).toMatchObject({ reachedMaxTreeDepth: true, treeDepth: 4, numSteps: 15 });
});

test("a region of NaN becomes divergences with their positions, and no draw lies in it", () => {
  const holed: LogDensity = {
    dim: 3,
    valueAndGradient: (q, gradient) => (q[0] > 0.5 ? NaN : gaussian.valueAndGradient(q, gradient)),
  };
  const kernel = nuts(holed)({ stepSize: 0.3, metric: unitMetric(3) });
  const rng = rngFromSeed(8);
  let state = kernel.init(Float64Array.of(0, 0, 0));
  let numDivergences = 0;
  for (let i = 0; i < 500; i++) {
    const [next, info] = kernel.step(rng, state);
    if (info.isDivergent) {
      numDivergences++;
      expect(info.divergentPosition?.[0]).toBeGreaterThan(0.5);
      expect(info.divergenceStart?.[0]).toBeLessThanOrEqual(0.5);
      expect(info.maxEnergyError).toBe(Infinity);
    }
    expect(next.position[0]).toBeLessThanOrEqual(0.5);
    state = next;
  }
  expect(numDivergences).toBeGreaterThan(50);
});

test("an exception in the target is a bug and passes through; the kernel still works afterwards", () => {
  let isBroken = false;
  const fragile: LogDensity = {
    dim: 3,
    valueAndGradient(q, gradient) {
      if (isBroken) throw new TypeError("undefined is not a function");
      return gaussian.valueAndGradient(q, gradient);
    },
  };
  const kernel = nuts(fragile)({ stepSize: 0.5, metric: unitMetric(3) });
  const state = kernel.init(Float64Array.of(0, 1, 0));
  const expected = structuredClone(kernel.step(rngFromSeed(1), state));
  isBroken = true;
  expect(() => kernel.step(rngFromSeed(1), state)).toThrow(TypeError);
  isBroken = false;
  expect(kernel.step(rngFromSeed(1), state)).toEqual(expected);
});
