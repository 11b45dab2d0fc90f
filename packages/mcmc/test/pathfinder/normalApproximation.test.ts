import { rngFromSeed } from "@poolish/core";
import { expectMeanWithin } from "@poolish/testkit";
import { expect, test } from "vitest";
import { normalApproximation } from "../../src/pathfinder/normalApproximation.ts";

const mean = Float64Array.of(1, -2);
/** Σ = S (I + 3 v vᵀ) S with S = diag(2, ½), v = (0.6, 0.8): [[8.32, 1.44], [1.44, 0.73]]. */
const factors = {
  scale: Float64Array.of(2, 0.5),
  eigenvalues: Float64Array.of(4),
  eigenvectors: Float64Array.of(0.6, 0.8),
};
const [a, b, c] = [4 * (1 + 3 * 0.36), 3 * 0.48, 0.25 * (1 + 3 * 0.64)];

test("logProb is the normal density, by its closed form in two dimensions", () => {
  const { logProb } = normalApproximation(mean, factors);
  const determinant = a * c - b * b;
  for (const [x, y] of [
    [1, -2],
    [0, 0],
    [5, -1.5],
  ]) {
    const [u, v] = [x - 1, y + 2];
    const quadratic = (c * u * u - 2 * b * u * v + a * v * v) / determinant;
    const expected = -0.5 * quadratic - 0.5 * Math.log(determinant) - Math.log(2 * Math.PI);
    expect(logProb(Float64Array.of(x, y))).toBeCloseTo(expected, 12);
  }
});

test("draws have its mean and covariance", () => {
  const count = 20_000;
  const rng = rngFromSeed(2);
  const approximation = normalApproximation(mean, factors);
  const position = new Float64Array(2);
  const sums = [0, 0, 0, 0, 0];
  for (let n = 0; n < count; n++) {
    approximation.draw(rng, position);
    const [u, v] = [position[0] - 1, position[1] + 2];
    [u, v, u * u, u * v, v * v].forEach((value, i) => {
      sums[i] += value / count;
    });
  }
  // Var(u v) = Σ11 Σ22 + Σ12² for normals.
  const variances = [a, c, 2 * a * a, a * c + b * b, 2 * c * c];
  [0, 0, a, b, c].forEach((expected, i) => {
    const standardError = Math.sqrt(variances[i] / count);
    expectMeanWithin({ name: `moment ${i}`, estimate: sums[i], standardError, expected, numComparisons: 5 });
  });
});
