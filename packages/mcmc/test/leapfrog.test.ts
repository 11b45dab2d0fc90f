import type { LogDensity } from "@poolish/core";
import { diagonalMetric } from "@poolish/mcmc";
import { describe, expect, test } from "vitest";
import { leapfrog } from "../src/leapfrog.ts";
import { createPhasePoint, type PhasePoint, totalEnergy } from "../src/phasePoint.ts";

/** A skewed, coupled target: log-Exponential in x, and y ~ Normal(x, 1). */
const target: LogDensity = {
  dim: 2,
  valueAndGradient(q, gradient) {
    const residual = q[1] - q[0];
    gradient[0] = 1 - Math.exp(q[0]) + residual;
    gradient[1] = -residual;
    return q[0] - Math.exp(q[0]) - 0.5 * residual ** 2;
  },
};
const metric = diagonalMetric(Float64Array.of(0.5, 2));

function pointAt(position: readonly number[], momentum: readonly number[]): PhasePoint {
  const point = createPhasePoint(2);
  point.position.set(position);
  point.momentum.set(momentum);
  point.logDensity = target.valueAndGradient(point.position, point.gradient);
  point.kineticEnergy = metric.velocity(point.momentum, point.velocity);
  return point;
}

function integrate(point: PhasePoint, stepSize: number, numSteps: number): PhasePoint {
  for (let i = 0; i < numSteps; i++) leapfrog(target, metric, stepSize, point, point);
  return point;
}

const start = () => pointAt([0.3, -0.8], [0.7, 0.4]);

describe("leapfrog", () => {
  test("is the textbook step", () => {
    const point = start();
    const half = point.momentum.map((p, i) => p + 0.05 * point.gradient[i]);
    const position = point.position.map((q, i) => q + 0.1 * [0.5, 2][i] * half[i]);
    const gradient = new Float64Array(2);
    const value = target.valueAndGradient(position, gradient);
    const to = pointAt([9, 9], [9, 9]);
    leapfrog(target, metric, 0.1, point, to);
    expect(point).toEqual(start());
    leapfrog(target, metric, 0.1, point, point);
    expect(point).toEqual(to);
    expect(point.position).toEqual(position);
    expect(point.momentum).toEqual(half.map((p, i) => p + 0.05 * gradient[i]));
    expect(point.logDensity).toBe(value);
  });

  test("is the same step for a diagonal metric and for one that does not say that it is diagonal", () => {
    const fused = integrate(start(), 0.2, 10);
    const point = start();
    for (let i = 0; i < 10; i++) leapfrog(target, { ...metric, isDiagonal: false }, 0.2, point, point);
    for (let i = 0; i < 2; i++) {
      expect(point.position[i]).toBeCloseTo(fused.position[i], 13);
      expect(point.velocity[i]).toBeCloseTo(fused.velocity[i], 13);
    }
    expect(totalEnergy(point)).toBeCloseTo(totalEnergy(fused), 13);
  });

  test("leaves gradient, velocity and energies that belong to its position and momentum", () => {
    const moved = integrate(start(), 0.2, 3);
    expect(moved).toEqual(pointAt([...moved.position], [...moved.momentum]));
  });

  test("is reversible by a negative step and by a flipped momentum", () => {
    const there = integrate(start(), 0.2, 20);
    const flipped = pointAt([...there.position], [-there.momentum[0], -there.momentum[1]]);
    const back = integrate(there, -0.2, 20);
    const backFlipped = integrate(flipped, 0.2, 20);
    for (let i = 0; i < 2; i++) {
      expect(back.position[i]).toBeCloseTo(start().position[i], 12);
      expect(back.momentum[i]).toBeCloseTo(start().momentum[i], 12);
      expect(backFlipped.position[i]).toBeCloseTo(start().position[i], 12);
      expect(backFlipped.momentum[i]).toBeCloseTo(-start().momentum[i], 12);
    }
  });

  test("has an energy error of second order in the step size over a fixed time", () => {
    const error = (stepSize: number) =>
      Math.abs(totalEnergy(integrate(start(), stepSize, Math.round(2 / stepSize))) - totalEnergy(start()));
    const order = Math.log2(error(0.02) / error(0.01));
    // The next term of the error is a relative 1e-4 at these steps.
    expect(order).toBeGreaterThan(1.98);
    expect(order).toBeLessThan(2.02);
  });

  test("preserves volume: the Jacobian of ten steps has determinant 1", () => {
    const h = 1e-5;
    const map = (z: readonly number[]): number[] => {
      const { position, momentum } = integrate(pointAt(z.slice(0, 2), z.slice(2)), 0.3, 10);
      return [...position, ...momentum];
    };
    const origin = [0.3, -0.8, 0.7, 0.4];
    const columns = origin.map((_, j) => {
      const above = map(origin.map((z, i) => (i === j ? z + h : z)));
      const below = map(origin.map((z, i) => (i === j ? z - h : z)));
      return above.map((value, i) => (value - below[i]) / (2 * h));
    });
    // Central differences are good to h² times third derivatives.
    expect(Math.abs(determinant(columns) - 1)).toBeLessThan(1e-6);
  });
});

function determinant(matrix: readonly (readonly number[])[]): number {
  if (matrix.length === 1) return matrix[0][0];
  return matrix[0].reduce((sum, entry, j) => {
    const minor = matrix.slice(1).map((row) => row.filter((_, k) => k !== j));
    return sum + (j % 2 === 0 ? 1 : -1) * entry * determinant(minor);
  }, 0);
}

test("a value that is not finite is an infinite energy", () => {
  const point = start();
  for (const logDensity of [NaN, -Infinity, Infinity]) {
    point.logDensity = logDensity;
    expect(totalEnergy(point)).toBe(Infinity);
  }
});
