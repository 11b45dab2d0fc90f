import { rngFromSeed } from "@poolish/core";
import { standardNormal, symmetricEigen } from "@poolish/math";
import { describe, expect, test } from "vitest";

function randomSymmetric(n: number, seed: number): Float64Array {
  const rng = rngFromSeed(seed);
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      matrix[i * n + j] = standardNormal(rng);
      matrix[j * n + i] = matrix[i * n + j];
    }
  }
  return matrix;
}

/** Orthonormal rows with A v = λ v, in ascending order: that is all there is to it. */
function expectDecomposition(matrix: Float64Array, n: number): void {
  const copy = matrix.slice();
  const { values, vectors } = symmetricEigen(matrix, n);
  expect(matrix).toEqual(copy);
  // Backward stability: errors of a small multiple of n · ε · ‖A‖.
  const tolerance = 10 * n * Number.EPSILON * Math.sqrt(matrix.reduce((sum, x) => sum + x * x, 0) + 1e-300);
  for (let k = 0; k < n; k++) {
    if (k > 0) expect(values[k]).toBeGreaterThanOrEqual(values[k - 1]);
    const v = vectors.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < n; i++) {
      let product = 0;
      for (let j = 0; j < n; j++) product += matrix[i * n + j] * v[j];
      expect(Math.abs(product - values[k] * v[i])).toBeLessThanOrEqual(tolerance);
    }
    for (let other = 0; other <= k; other++) {
      let dot = 0;
      for (let i = 0; i < n; i++) dot += v[i] * vectors[other * n + i];
      expect(Math.abs(dot - (other === k ? 1 : 0))).toBeLessThan(10 * n * Number.EPSILON);
    }
  }
}

describe("symmetricEigen", () => {
  test.each([1, 2, 3, 5, 20, 60])("decomposes a random %i × %i matrix", (n) => {
    expectDecomposition(randomSymmetric(n, n), n);
  });

  test("knows the second difference matrix: 2 - 2 cos(kπ / (n + 1))", () => {
    const n = 12;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] = 2;
      if (i > 0) matrix[i * n + i - 1] = -1;
      if (i < n - 1) matrix[i * n + i + 1] = -1;
    }
    const { values } = symmetricEigen(matrix, n);
    for (let k = 0; k < n; k++) expect(values[k]).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 13);
  });

  test("copes with equal eigenvalues, zeros, blocks, and no dimension at all", () => {
    expectDecomposition(Float64Array.of(2, 0, 0, 0, 2, 0, 0, 0, 2), 3);
    expectDecomposition(new Float64Array(16), 4);
    expectDecomposition(Float64Array.of(1, 2, 0, 0, 2, 1, 0, 0, 0, 0, 5, -3, 0, 0, -3, 5), 4);
    expectDecomposition(new Float64Array(25).fill(1), 5);
    expect(symmetricEigen(new Float64Array(0), 0).values.length).toBe(0);
  });

  test("keeps eigenvalues over twelve orders of magnitude to the precision of the largest", () => {
    const scales = Float64Array.from({ length: 8 }, (_, i) => 10 ** (2 * i - 8));
    const matrix = randomSymmetric(8, 4);
    for (let i = 0; i < 8; i++) for (let j = 0; j < 8; j++) matrix[i * 8 + j] *= Math.sqrt(scales[i] * scales[j]);
    expectDecomposition(matrix, 8);
  });

  test("NaN in, NaN out", () => {
    const { values } = symmetricEigen(Float64Array.of(1, NaN, NaN, 1), 2);
    expect(values.every(Number.isNaN)).toBe(true);
  });
});
