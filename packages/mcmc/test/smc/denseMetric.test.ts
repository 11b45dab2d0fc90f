import { rngFromSeed } from "@poolish/core";
import { solvePositiveDefinite } from "@poolish/math";
import { expect, test } from "vitest";
import { denseMetric } from "../../src/smc/denseMetric.ts";

const mass = Float64Array.of(4, 1, -0.5, 1, 2, 0.3, -0.5, 0.3, 1);

function metric() {
  const made = denseMetric(mass, 3);
  if (made === undefined) throw new Error("the mass matrix is positive definite");
  return made;
}

test("velocity solves M v = p", () => {
  const momentum = Float64Array.of(1, -2, 0.5);
  const velocity = new Float64Array(3);
  const energy = metric().velocity(momentum, velocity);
  const expected = solvePositiveDefinite(mass, momentum) as Float64Array;
  for (let i = 0; i < 3; i++) expect(velocity[i]).toBeCloseTo(expected[i], 12);
  expect(energy).toBeCloseTo(0.5 * momentum.reduce((sum, p, i) => sum + p * expected[i], 0), 12);
});

test("reports the diagonal of the inverse", () => {
  for (let i = 0; i < 3; i++) {
    const unit = Float64Array.from({ length: 3 }, (_, j) => Number(i === j));
    expect(metric().inverseMass[i]).toBeCloseTo((solvePositiveDefinite(mass, unit) as Float64Array)[i], 12);
  }
});

test("momenta have covariance M", () => {
  const rng = rngFromSeed(2);
  const numDraws = 20_000;
  const products = new Float64Array(9);
  const momentum = new Float64Array(3);
  const made = metric();
  for (let n = 0; n < numDraws; n++) {
    made.drawMomentum(rng, momentum);
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) products[3 * i + j] += momentum[i] * momentum[j];
  }
  // A product of Gaussians has variance M_ii M_jj + M_ij²; k = 5.
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      const variance = mass[4 * i] * mass[4 * j] + mass[3 * i + j] ** 2;
      const allowed = 5 * Math.sqrt(variance / numDraws);
      expect(Math.abs(products[3 * i + j] / numDraws - mass[3 * i + j])).toBeLessThan(allowed);
    }
  }
});

test("there is none for a matrix that is not positive definite", () => {
  expect(denseMetric(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
  expect(denseMetric(Float64Array.of(0), 1)).toBeUndefined();
  expect(denseMetric(Float64Array.of(NaN), 1)).toBeUndefined();
});
