import { expect, test } from "vitest";
import { simplexBijector } from "../../src/density/simplexBijector.ts";
import { finiteDifference } from "../support/finiteDifference.ts";

const u = Float64Array.of(0.4, -1.3);
const bijector = simplexBijector(3);

test("shares are positive and sum to 1, and unconstrain inverts constrain", () => {
  const x = new Float64Array(3);
  bijector.constrain(u, x);
  expect(x.every((share) => share > 0)).toBe(true);
  expect(x[0] + x[1] + x[2]).toBeCloseTo(1, 14);
  const back = new Float64Array(2);
  bijector.unconstrain(x, back);
  expect(back[0]).toBeCloseTo(u[0], 13);
  expect(back[1]).toBeCloseTo(u[1], 13);
});

test("the log-Jacobian is that of the first two shares, by finite differences", () => {
  const share = (k: number) => (at: Float64Array) => {
    const x = new Float64Array(3);
    bijector.constrain(at, x);
    return x[k];
  };
  const [a, b] = finiteDifference(share(0), u);
  const [c, d] = finiteDifference(share(1), u);
  expect(bijector.constrain(u, new Float64Array(3))).toBeCloseTo(Math.log(Math.abs(a * d - b * c)), 8);
});

test("pullback adds the gradient of f(x(u)) + log-Jacobian", () => {
  const weights = Float64Array.of(2, -1, 0.5);
  const value = (at: Float64Array) => {
    const x = new Float64Array(3);
    const logJacobian = bijector.constrain(at, x);
    return logJacobian + weights.reduce((sum, weight, i) => sum + weight * x[i], 0);
  };
  const x = new Float64Array(3);
  bijector.constrain(u, x);
  const gradient = Float64Array.of(10, 20);
  bijector.pullback(u, x, weights, gradient);
  const differences = finiteDifference(value, u);
  expect(gradient[0]).toBeCloseTo(10 + differences[0], 8);
  expect(gradient[1]).toBeCloseTo(20 + differences[1], 8);
});

test("far out it neither overflows nor turns into NaN", () => {
  const x = new Float64Array(3);
  expect(bijector.constrain(Float64Array.of(800, -800), x)).toBe(0 - 1600 - 800);
  expect(Array.from(x)).toEqual([1, 0, 0]);
});
