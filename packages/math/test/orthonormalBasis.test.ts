import { rngFromSeed } from "@poolish/core";
import { orthonormalBasis, standardNormal } from "@poolish/math";
import { expect, test } from "vitest";

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const rowsOf = (matrix: Float64Array, dim: number) =>
  Array.from({ length: matrix.length / dim }, (_, k) => matrix.subarray(k * dim, (k + 1) * dim));

function expectOrthonormal(basis: Float64Array, dim: number): void {
  const rows = rowsOf(basis, dim);
  for (const a of rows) for (const b of rows) expect(Math.abs(dot(a, b) - (a === b ? 1 : 0))).toBeLessThan(1e-14);
}

/** What projecting onto the basis leaves of each vector, relative to its length. */
function residual(vectors: Float64Array, basis: Float64Array, dim: number): number {
  const residuals = rowsOf(vectors, dim).map((vector) => {
    const rest = vector.slice();
    for (const row of rowsOf(basis, dim)) {
      const component = dot(row, vector);
      for (let i = 0; i < dim; i++) rest[i] -= component * row[i];
    }
    return Math.sqrt(dot(rest, rest) / dot(vector, vector));
  });
  return Math.max(...residuals);
}

test("spans what the vectors span", () => {
  const rng = rngFromSeed(1);
  const vectors = Float64Array.from({ length: 4 * 10 }, () => standardNormal(rng));
  const basis = orthonormalBasis(vectors, 10);
  expect(basis.length).toBe(40);
  expectOrthonormal(basis, 10);
  expect(residual(vectors, basis, 10)).toBeLessThan(1e-14);
});

test("drops vectors that add nothing, zeros and infinities, and stops at the whole space", () => {
  const vectors = Float64Array.of(1, 2, 2, 0, 0, 0, -3, -6, -6, 1, 0, Infinity, 1, 0, 0, 0, 1, 0, 0, 0, 1);
  const basis = orthonormalBasis(vectors, 3);
  expect(basis.length).toBe(9);
  expectOrthonormal(basis, 3);
});

test("nearly parallel vectors still give orthogonal rows", () => {
  const vectors = Float64Array.of(1, 1, 1, 1, 1 + 1e-8, 1, 1, 1, 1 + 1e-8);
  const basis = orthonormalBasis(vectors, 3);
  expect(basis.length).toBe(9);
  expectOrthonormal(basis, 3);
});

test("no vectors, no basis", () => {
  expect(orthonormalBasis(new Float64Array(0), 3).length).toBe(0);
});
