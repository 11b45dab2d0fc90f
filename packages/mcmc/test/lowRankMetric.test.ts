import { rngFromSeed } from "@poolish/core";
import { lowRankMetric, unitMetric } from "@poolish/mcmc";
import { expectMeanWithin } from "@poolish/testkit";
import { expect, test } from "vitest";

const root = Math.SQRT1_2;
const scale = Float64Array.of(2, 0.5, 1);
const eigenvalues = Float64Array.of(9, 0.25);
const eigenvectors = Float64Array.of(root, root, 0, 0, 0, 1);
/** S (I + 8 v vᵀ - 0.75 e₃ e₃ᵀ) S by hand. */
const inverse = [
  [4 * 5, 4, 0],
  [4, 0.25 * 5, 0],
  [0, 0, 0.25],
];

test("velocity is M⁻¹ p, the kinetic energy ½ p · velocity, and inverseMass the diagonal", () => {
  const metric = lowRankMetric({ scale, eigenvalues, eigenvectors });
  const momentum = Float64Array.of(1, -2, 3);
  const velocity = new Float64Array(3);
  const energy = metric.velocity(momentum, velocity);
  const expected = inverse.map((row) => row.reduce((sum, entry, j) => sum + entry * momentum[j], 0));
  for (let i = 0; i < 3; i++) {
    expect(velocity[i]).toBeCloseTo(expected[i], 12);
    expect(metric.inverseMass[i]).toBeCloseTo(inverse[i][i], 12);
  }
  expect(energy).toBeCloseTo(0.5 * expected.reduce((sum, v, i) => sum + v * momentum[i], 0), 12);
});

test("momenta have covariance M: the velocities have covariance M⁻¹", () => {
  const metric = lowRankMetric({ scale, eigenvalues, eigenvectors });
  const rng = rngFromSeed(3);
  const momentum = new Float64Array(3);
  const velocity = new Float64Array(3);
  const count = 20_000;
  const products = Array.from({ length: 9 }, () => 0);
  for (let n = 0; n < count; n++) {
    metric.drawMomentum(rng, momentum);
    metric.velocity(momentum, velocity);
    for (let k = 0; k < 9; k++) products[k] += (velocity[Math.floor(k / 3)] * velocity[k % 3]) / count;
  }
  products.forEach((estimate, k) => {
    const [i, j] = [Math.floor(k / 3), k % 3];
    // Isserlis: Var(x y) = Var x Var y + Cov².
    const standardError = Math.sqrt((inverse[i][i] * inverse[j][j] + inverse[i][j] ** 2) / count);
    expectMeanWithin({ name: `${i}, ${j}`, estimate, standardError, expected: inverse[i][j], numComparisons: 9 });
  });
});

test("without directions it is the diagonal metric", () => {
  const metric = lowRankMetric({
    scale: new Float64Array(3).fill(1),
    eigenvalues: new Float64Array(0),
    eigenvectors: new Float64Array(0),
  });
  const [a, b] = [new Float64Array(3), new Float64Array(3)];
  const momentum = Float64Array.of(1, 2, 3);
  expect(metric.velocity(momentum, a)).toBe(unitMetric(3).velocity(momentum, b));
  expect(a).toEqual(b);
});

test("scales and eigenvalues must be positive", () => {
  for (const bad of [0, -1, NaN, Infinity]) {
    expect(() => lowRankMetric({ scale: Float64Array.of(1, bad, 1), eigenvalues, eigenvectors })).toThrow("positive");
    const badEigenvalues = Float64Array.of(1, bad);
    expect(() => lowRankMetric({ scale, eigenvalues: badEigenvalues, eigenvectors })).toThrow("positive");
  }
});
