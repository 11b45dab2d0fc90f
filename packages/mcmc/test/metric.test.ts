import { rngFromSeed } from "@poolish/core";
import { diagonalMetric, unitMetric } from "@poolish/mcmc";
import { expectMeanWithin } from "@poolish/testkit";
import { expect, test } from "vitest";

test("velocity is M⁻¹ p and the kinetic energy ½ p · velocity", () => {
  const velocity = new Float64Array(2).fill(9);
  expect(diagonalMetric(Float64Array.of(4, 0.25)).velocity(Float64Array.of(1, 2), velocity)).toBe(2.5);
  expect(velocity).toEqual(Float64Array.of(4, 0.5));
});

test("momenta have variance 1 / inverseMass", () => {
  const inverseMass = Float64Array.of(4, 0.25, 1);
  const metric = diagonalMetric(inverseMass);
  const rng = rngFromSeed(1);
  const momentum = new Float64Array(3);
  const count = 20_000;
  const squares = new Float64Array(3);
  for (let n = 0; n < count; n++) {
    metric.drawMomentum(rng, momentum);
    for (let i = 0; i < 3; i++) squares[i] += momentum[i] ** 2 / count;
  }
  for (let i = 0; i < 3; i++) {
    const expected = 1 / inverseMass[i];
    // The variance of a squared normal is twice the squared variance.
    const standardError = expected * Math.sqrt(2 / count);
    expectMeanWithin({ estimate: squares[i], standardError, expected, numComparisons: 3 });
  }
});

test("the inverse mass is copied and must be positive", () => {
  const inverseMass = Float64Array.of(1);
  const metric = diagonalMetric(inverseMass);
  inverseMass[0] = 5;
  expect(metric.inverseMass).toEqual(unitMetric(1).inverseMass);
  for (const bad of [0, -1, NaN, Infinity]) expect(() => diagonalMetric(Float64Array.of(bad))).toThrow("positive");
});
