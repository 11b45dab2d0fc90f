import { type LogDensity, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { describe, expect, test } from "vitest";
import { diagonalFisher } from "../../src/adaptation/diagonalFisher.ts";
import { nutsState } from "../../src/nuts.ts";

const sd = Float64Array.of(1e-4, 0.3, 1, 20, 1e5);
const mean = Float64Array.of(3, -1, 0, 50, 1e6);
const independent: LogDensity = {
  dim: 5,
  valueAndGradient(q, gradient) {
    let value = 0;
    for (let i = 0; i < 5; i++) {
      gradient[i] = -(q[i] - mean[i]) / sd[i] ** 2;
      value += 0.5 * (q[i] - mean[i]) * gradient[i];
    }
    return value;
  },
};
const at = (position: Float64Array) => nutsState(independent, position);
const drawFrom = (rng: ReturnType<typeof rngFromSeed>) => at(mean.map((m, i) => m + sd[i] * standardNormal(rng)));

describe("for independent Gaussians", () => {
  test("three draws give the exact variances", () => {
    const rng = rngFromSeed(1);
    const estimator = diagonalFisher(drawFrom(rng));
    estimator.add(drawFrom(rng));
    expect(estimator.estimate()).toBeUndefined();
    estimator.add(drawFrom(rng));
    const metric = estimator.estimate();
    // Differences of draws lose the digits that mean and draw share: 3 / 1e-4 times the machine precision at worst.
    for (let i = 0; i < 5; i++) expect(Math.abs((metric?.inverseMass[i] ?? 0) / sd[i] ** 2 - 1)).toBeLessThan(1e-10);
  });

  test("the first guess is exact one unit from the mean", () => {
    const { initial } = diagonalFisher(at(mean.map((m, i) => m + (i % 2 === 0 ? 1 : -1))));
    for (let i = 0; i < 5; i++) expect(Math.abs(initial.inverseMass[i] / sd[i] ** 2 - 1)).toBeLessThan(1e-10);
  });
});

test("without a gradient the first guess is 1, and it stays within 1e-20 and 1e20", () => {
  const gradient = Float64Array.of(0, 1e30, 1e-30, -4);
  const { initial } = diagonalFisher({ position: new Float64Array(4), logDensity: 0, gradient });
  expect(initial.inverseMass).toEqual(Float64Array.of(1, 1e-20, 1e20, 0.25));
});

test("a coordinate that shows no variance keeps its last one", () => {
  const state = (x: number, gradient: number) => {
    return { position: Float64Array.of(x), logDensity: 0, gradient: Float64Array.of(gradient) };
  };
  const estimator = diagonalFisher(state(0, -0.5));
  estimator.add(state(1, -0.5));
  estimator.add(state(2, -0.5));
  expect(estimator.estimate()?.inverseMass).toEqual(Float64Array.of(2));
});

test("after a switch the metric forgets what came before the background, which starts anew", () => {
  const rng = rngFromSeed(2);
  const wild = { position: new Float64Array(5).fill(1e9), logDensity: 0, gradient: new Float64Array(5).fill(-1e9) };
  const estimator = diagonalFisher(wild);
  expect(estimator.backgroundCount).toBe(1);
  estimator.switchWindows();
  expect(estimator.backgroundCount).toBe(0);
  for (let n = 0; n < 4; n++) estimator.add(drawFrom(rng));
  // The foreground still holds the wild start.
  expect(Math.abs((estimator.estimate()?.inverseMass[2] ?? 1) - 1)).toBeGreaterThan(1e-6 - 1);
  expect(estimator.backgroundCount).toBe(4);
  estimator.switchWindows();
  expect(estimator.backgroundCount).toBe(0);
  const metric = estimator.estimate();
  for (let i = 0; i < 5; i++) expect(Math.abs((metric?.inverseMass[i] ?? 0) / sd[i] ** 2 - 1)).toBeLessThan(1e-9);
});
