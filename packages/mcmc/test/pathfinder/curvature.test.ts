import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import type { LowRankFactors } from "@poolish/mcmc";
import { expect, test } from "vitest";
import { createCurvature } from "../../src/pathfinder/curvature.ts";

/** The dense matrix of the factors. */
function dense({ scale, eigenvalues, eigenvectors }: LowRankFactors): number[][] {
  const dim = scale.length;
  return Array.from({ length: dim }, (_, i) =>
    Array.from({ length: dim }, (_, j) => {
      let inner = i === j ? 1 : 0;
      eigenvalues.forEach((value, k) => {
        inner += (value - 1) * eigenvectors[k * dim + i] * eigenvectors[k * dim + j];
      });
      return scale[i] * inner * scale[j];
    }),
  );
}

const product = (a: readonly number[][], b: readonly number[][]) =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));

/** The slow twin: full matrices, eq. 6.17 of Nocedal & Wright literally. */
function bfgs(h: number[][], step: Float64Array, change: Float64Array): number[][] {
  const rho = 1 / step.reduce((sum, s, i) => sum + s * change[i], 0);
  const left = h.map((_, i) => h.map((_, j) => (i === j ? 1 : 0) - rho * step[i] * change[j]));
  const right = left.map((_, i) => left.map((row) => row[i]));
  return product(product(left, h), right).map((row, i) => row.map((value, j) => value + rho * step[i] * step[j]));
}

/** The literal formula of algorithm 3 for the diagonal. */
function diagonalUpdate(alpha: readonly number[], s: Float64Array, z: Float64Array): number[] {
  const a = alpha.reduce((sum, value, i) => sum + z[i] * value * z[i], 0);
  const b = s.reduce((sum, value, i) => sum + value * z[i], 0);
  const c = alpha.reduce((sum, value, i) => sum + s[i] ** 2 / value, 0);
  return alpha.map((value, i) => 1 / (a / (b * value) + z[i] ** 2 / b - (a * s[i] ** 2) / (b * c * value ** 2)));
}

/** Steps over a quadratic bowl with random curvatures, as (step, change) pairs. */
function pairs(dim: number, count: number, seed: number): (readonly [Float64Array, Float64Array])[] {
  const rng = rngFromSeed(seed);
  const curvatures = Array.from({ length: dim }, () => Math.exp(2 * standardNormal(rng)));
  const tilt = Array.from({ length: dim }, () => standardNormal(rng));
  return Array.from({ length: count }, () => {
    const step = Float64Array.from({ length: dim }, () => standardNormal(rng));
    const along = step.reduce((sum, s, i) => sum + s * tilt[i], 0);
    return [step, step.map((s, i) => curvatures[i] * s + along * tilt[i])] as const;
  });
}

test.each([
  [10, 3, 4],
  [10, 9, 4],
  [3, 9, 4],
  [1, 2, 1],
])("in %i dimensions, %i pairs with a history of %i make the dense BFGS matrix", (dim, count, historySize) => {
  const curvature = createCurvature(dim, historySize);
  const learnt = pairs(dim, count, 7);
  let alpha = new Array<number>(dim).fill(1);
  for (const [step, change] of learnt) {
    curvature.learn(step, change);
    alpha = diagonalUpdate(alpha, step, change);
  }
  let expected = alpha.map((_, i) => alpha.map((value, j) => (i === j ? value : 0)));
  for (const [step, change] of learnt.slice(-historySize)) expected = bfgs(expected, step, change);
  const largest = Math.max(...expected.flat().map(Math.abs));
  dense(curvature.inverseHessian()).forEach((row, i) => {
    row.forEach((value, j) => {
      expect(Math.abs(value - expected[i][j])).toBeLessThan(1e-9 * largest);
    });
  });
});

test("the newest pair obeys the secant equation H change = step", () => {
  const curvature = createCurvature(8, 5);
  const learnt = pairs(8, 7, 3);
  for (const [step, change] of learnt) curvature.learn(step, change);
  const [step, change] = learnt[6];
  dense(curvature.inverseHessian()).forEach((row, i) => {
    expect(row.reduce((sum, value, j) => sum + value * change[j], 0)).toBeCloseTo(step[i], 8);
  });
});

test("a step along which the function curves down teaches nothing", () => {
  const curvature = createCurvature(2, 3);
  curvature.learn(Float64Array.of(1, 0), Float64Array.of(-1, 0));
  curvature.learn(Float64Array.of(1, 0), Float64Array.of(NaN, 0));
  expect(dense(curvature.inverseHessian())).toEqual([
    [1, 0],
    [0, 1],
  ]);
});
