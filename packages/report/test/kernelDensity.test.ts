import { rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { kernelDensity } from "../src/kernelDensity.ts";

function uniformDraws(seed: number, count: number): Float64Array {
  const rng = rngFromSeed(seed);
  return Float64Array.from({ length: count }, () => rng.uniform());
}

/** The definition, draw by draw, with each draw mirrored at both ends. */
function slowDensity(draws: Float64Array, x: number, lower: number, upper: number, width: number): number {
  let sum = 0;
  for (const draw of draws) {
    for (const image of [draw, 2 * lower - draw, 2 * upper - draw]) sum += Math.exp(-0.5 * ((x - image) / width) ** 2);
  }
  return sum / (draws.length * width * Math.sqrt(2 * Math.PI));
}

test("agrees with the sum over draws", () => {
  const draws = uniformDraws(1, 400).map((u) => Math.log(u / (1 - u)));
  const lower = Math.min(...draws);
  const upper = Math.max(...draws);
  const sorted = draws.toSorted();
  const mean = draws.reduce((sum, x) => sum + x / 400, 0);
  const sd = Math.sqrt(draws.reduce((sum, x) => sum + (x - mean) ** 2 / 400, 0));
  const width = 0.9 * Math.min(sd, (sorted[299] - sorted[99]) / 1.34) * 400 ** -0.2;
  const grid = kernelDensity(draws, lower, upper);
  if (grid === undefined) throw new Error("no density");
  // Linear binning errs by at most step² / 8 · max|kernel''| = step² / (8 width³ √(2π)) (twice that where images meet).
  const step = (upper - lower) / (grid.values.length - 1);
  const tolerance = (2 * step ** 2) / (8 * width ** 3 * Math.sqrt(2 * Math.PI));
  grid.values.forEach((x, i) => {
    expect(Math.abs(grid.density[i] - slowDensity(draws, x, lower, upper, width))).toBeLessThan(tolerance);
  });
});

test("integrates to 1 over the range, with mass up to a hard bound", () => {
  const draws = uniformDraws(2, 5000);
  const grid = kernelDensity(draws, 0, 1);
  if (grid === undefined) throw new Error("no density");
  const { values, density } = grid;
  let integral = 0;
  for (let i = 1; i < values.length; i++) integral += (values[i] - values[i - 1]) * 0.5 * (density[i] + density[i - 1]);
  expect(integral).toBeCloseTo(1, 3);
  // Without reflection the density of a uniform falls to one half at its ends.
  expect(density[0]).toBeGreaterThan(0.8);
  expect(density[density.length - 1]).toBeGreaterThan(0.8);
});

test("draws that never move have no density", () => {
  expect(kernelDensity(new Float64Array(100).fill(0.1), 0, 1)).toBeUndefined();
  expect(kernelDensity([3], 0, 4)).toBeUndefined();
});
