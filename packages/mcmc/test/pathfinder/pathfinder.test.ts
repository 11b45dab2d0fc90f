import { type LogDensity, PoolishError, rngFromSeed } from "@poolish/core";
import { logSumExp } from "@poolish/math";
import { followPath, type PathfinderOptions, type PathfinderResult, pathfinder } from "@poolish/mcmc";
import { expectMeanWithin } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { banana, gaussian, independentNormals } from "./targets.ts";

function run(target: LogDensity, seed: number, options: Partial<PathfinderOptions> = {}): PathfinderResult {
  const result = pathfinder(target, rngFromSeed(seed), { draws: 4000, ...options });
  if (result.kind !== "complete") throw new Error(`pathfinder failed: ${result.kind}`);
  return result;
}

/** The mean over the draws of f. */
function average({ positions, logDensities }: PathfinderResult, of: (position: Float64Array) => number): number {
  const count = logDensities.length;
  const dim = positions.length / count;
  let sum = 0;
  for (let n = 0; n < count; n++) sum += of(positions.subarray(n * dim, (n + 1) * dim));
  return sum / count;
}

/** Var[f] = variance / (effective draws of the pool), plus that of resampling, which is at most variance / draws. */
function standardError(result: PathfinderResult, variance: number): number {
  return Math.sqrt(variance / result.numEffective + variance / result.logDensities.length);
}

describe("a Gaussian's mean and covariance", () => {
  test("with correlation 0.9", () => {
    const covariance = [4, 1.8, 1.8, 1];
    const determinant = 4 - 1.8 ** 2;
    const result = run(
      gaussian([3, -1], [1 / determinant, -1.8 / determinant, -1.8 / determinant, 4 / determinant]),
      1,
    );
    const offset = (q: Float64Array) => [q[0] - 3, q[1] + 1];
    for (const i of [0, 1]) {
      const mean = average(result, (q) => offset(q)[i]);
      const common = { expected: 0, numComparisons: 6 };
      expectMeanWithin({ ...common, estimate: mean, standardError: standardError(result, covariance[3 * i]) });
      for (const j of [0, 1]) {
        const product = average(result, (q) => offset(q)[i] * offset(q)[j]);
        const variance = covariance[3 * i] * covariance[3 * j] + covariance[2 * i + j] ** 2;
        const expected = covariance[2 * i + j];
        expectMeanWithin({
          expected,
          estimate: product,
          standardError: standardError(result, variance),
          numComparisons: 6,
        });
      }
    }
    expect(result.kHat).toBeLessThan(0.5);
  });

  test("with standard deviations from 1 to 1000, in ten dimensions", () => {
    const sds = Array.from({ length: 10 }, (_, i) => 10 ** (i / 3));
    const result = run(independentNormals(sds), 2);
    sds.forEach((sd, i) => {
      const common = { numComparisons: 20 };
      const mean = average(result, (q) => q[i]);
      expectMeanWithin({ ...common, estimate: mean, standardError: standardError(result, sd ** 2), expected: i });
      const square = average(result, (q) => (q[i] - i) ** 2);
      const error = standardError(result, 2 * sd ** 4);
      expectMeanWithin({ ...common, estimate: square, standardError: error, expected: sd ** 2 });
    });
    expect(result.kHat).toBeLessThan(0.7);
  });

  test("in one dimension, where the approximation is exact and every weight the same but for rounding", () => {
    const result = run(independentNormals([0.01]), 3, { numPaths: 1 });
    expect(result.kHat).toBeLessThan(0.5);
    expect(result.paths[0].elbo).toBeCloseTo(0.5 * Math.log(2 * Math.PI * 1e-4), 6);
    expect(result.numEffective).toBeGreaterThan(0.999 * 8000);
  });
});

test("the evidence lower bound of the best step is below the log evidence, and near it for a Gaussian", () => {
  const sds = [0.1, 1, 10, 100];
  const { paths } = run(independentNormals(sds), 4);
  const logEvidence = sds.reduce((sum, sd) => sum + Math.log(sd) + 0.5 * Math.log(2 * Math.PI), 0);
  // The bound is the mean of 25 draws, and it is the largest of several: it may lie a little above.
  for (const { elbo } of paths) expect(Math.abs(elbo - logEvidence)).toBeLessThan(0.5);
});

/** The logarithm of a gamma variate with the given shape: the smaller the shape, the more skewed. */
function logGammaTarget(shape: number): LogDensity {
  return {
    dim: 1,
    valueAndGradient(q, gradient) {
      gradient[0] = shape - Math.exp(q[0]);
      return shape * q[0] - Math.exp(q[0]);
    },
  };
}

test("a mildly skewed target: usable k-hat, and the mean of the target, not of the approximation", () => {
  const result = run(logGammaTarget(4), 5);
  expect(result.kHat).toBeLessThan(0.7);
  // ψ(4) and ψ'(4); the mode, where the approximation sits, is log 4 = 1.386.
  const estimate = average(result, (q) => q[0]);
  expectMeanWithin({
    estimate,
    expected: 1.2561176684318005,
    standardError: standardError(result, 0.2838229557371153),
  });
});

test("a banana that no normal fits: k-hat above 0.7", () => {
  expect(run(banana(0.1), 6).kHat).toBeGreaterThan(0.7);
});

test("two modes of different width and equal mass get half of the draws each, however many paths find them", () => {
  const modes: LogDensity = {
    dim: 1,
    valueAndGradient([x], gradient) {
      const narrow = -0.5 * ((x + 1) / 0.1) ** 2 - Math.log(0.1);
      const wide = -0.5 * ((x - 1) / 0.3) ** 2 - Math.log(0.3);
      const total = logSumExp([narrow, wide]);
      gradient[0] = -Math.exp(narrow - total) * ((x + 1) / 0.01) - Math.exp(wide - total) * ((x - 1) / 0.09);
      return total;
    },
  };
  const result = run(modes, 7, { numPaths: 12 });
  const found = result.paths.filter(({ approximation }) => approximation.mean[0] > 0).length;
  expect(found).toBeGreaterThan(0);
  expect(found).toBeLessThan(12);
  const estimate = average(result, ([x]) => Number(x > 0.0));
  expectMeanWithin({ estimate, expected: 0.5, standardError: standardError(result, 0.25) });
});

describe("the same stream gives", () => {
  test("the same draws", () => {
    expect(run(banana(1), 9, { draws: 50 })).toMatchObject({ positions: run(banana(1), 9, { draws: 50 }).positions });
  });

  test("other draws than another stream", () => {
    expect(run(banana(1), 10, { draws: 50 }).positions).not.toEqual(run(banana(1), 9, { draws: 50 }).positions);
  });
});

describe("failures are values", () => {
  const nowhere: LogDensity = { dim: 2, valueAndGradient: () => -Infinity };

  test("no start", () => {
    const result = pathfinder(nowhere, rngFromSeed(1), { draws: 10 });
    expect(result).toMatchObject({ kind: "noInitialPosition", numAttempts: 100, logDensity: -Infinity });
  });

  test("a given start that is off the support", () => {
    const result = followPath(nowhere, rngFromSeed(1), { initialPosition: Float64Array.of(0, 0) });
    expect(result).toMatchObject({ kind: "noInitialPosition", numAttempts: 1 });
  });

  test("a climb without end: the target has no mode, and its approximations no place", () => {
    const cliff: LogDensity = {
      dim: 1,
      valueAndGradient(q, gradient) {
        gradient[0] = 1;
        return q[0];
      },
    };
    expect(followPath(cliff, rngFromSeed(1))).toMatchObject({ kind: "noApproximation" });
  });

  test("paths that fail are left out", () => {
    // Half of the starts see a slope without end.
    const half: LogDensity = {
      dim: 1,
      valueAndGradient(q, gradient) {
        gradient[0] = q[0] > 0 ? -(q[0] - 5) : -1;
        return q[0] > 0 ? -0.5 * (q[0] - 5) ** 2 : -12.5 - q[0];
      },
    };
    const { paths } = run(half, 3, { numPaths: 10, draws: 100 });
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.length).toBeLessThan(10);
    for (const { approximation } of paths) expect(approximation.mean[0]).toBeCloseTo(5, 6);
  });
});

test.each<[string, Partial<PathfinderOptions>]>([
  ["draws", { draws: 0 }],
  ["numPaths", { numPaths: 0 }],
  ["historySize", { historySize: 0.5 }],
  ["maxIterations", { maxIterations: -1 }],
  ["numElboDraws", { numElboDraws: NaN }],
  ["initialPosition", { initialPosition: new Float64Array(3) }],
])("refuses %s %o", (field, wrong) => {
  const call = () => pathfinder(banana(1), rngFromSeed(1), { draws: 10, ...wrong });
  expect(call).toThrow(PoolishError);
  expect(call).toThrow(new RegExp(`^${field}: expected`));
});
