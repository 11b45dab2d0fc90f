import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { geometricMean } from "../../src/adaptation/geometricMean.ts";

const n = 6;
const multiply = (a: Float64Array, b: Float64Array): Float64Array =>
  Float64Array.from({ length: n * n }, (_, index) => {
    const [i, j] = [Math.floor(index / n), index % n];
    let sum = 0;
    for (let k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
    return sum;
  });
const diagonalMatrix = (values: readonly number[]) =>
  Float64Array.from({ length: n * n }, (_, index) => (index % (n + 1) === 0 ? values[index / (n + 1)] : 0));

function randomPositiveDefinite(seed: number): Float64Array {
  const rng = rngFromSeed(seed);
  const root = Float64Array.from({ length: n * n }, () => standardNormal(rng));
  const transposed = Float64Array.from({ length: n * n }, (_, index) => root[(index % n) * n + Math.floor(index / n)]);
  return multiply(root, transposed);
}

/** X = Σ value_k v_k v_kᵀ. */
function assemble({ values, vectors }: ReturnType<typeof geometricMean>): Float64Array {
  return Float64Array.from({ length: n * n }, (_, index) => {
    const [i, j] = [Math.floor(index / n), index % n];
    return values.reduce((sum, value, k) => sum + value * vectors[k * n + i] * vectors[k * n + j], 0);
  });
}

test("commuting matrices: the root of the quotient", () => {
  const { values } = geometricMean(diagonalMatrix([1, 4, 9, 16, 25, 36]), diagonalMatrix([1, 1, 1, 4, 4, 4]), n);
  const expected = [1, 2, 2, 2.5, 3, 3];
  values.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], 12);
  });
});

test("is the solution X of X B X = A: it maps B's directions to A's, so B is inverted", () => {
  const [a, b] = [randomPositiveDefinite(1), randomPositiveDefinite(2)];
  const mean = assemble(geometricMean(a, b, n));
  const product = multiply(multiply(mean, b), mean);
  product.forEach((entry, index) => {
    expect(entry).toBeCloseTo(a[index], 9);
  });
});
