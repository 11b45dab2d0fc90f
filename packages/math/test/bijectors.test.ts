import { counts, interval, isOnSupport, type ScalarSupport } from "@poolish/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bijector, bijectorFor } from "../src/index.ts";

const SIZE = 3;
const supports: [string, ScalarSupport][] = [
  ["the real line", interval(-Infinity, Infinity)],
  ["above 0", interval(0, Infinity)],
  ["above -3.5", interval(-3.5, Infinity)],
  ["below 2", interval(-Infinity, 2)],
  ["between 0 and 1", interval(0, 1)],
  ["between -10 and 30", interval(-10, 30)],
];
const positions = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: SIZE, maxLength: SIZE });
const EPSILON = 2 ** -52;

function constrain(bijector: Bijector, u: ArrayLike<number>): { x: Float64Array; logJacobian: number } {
  const x = new Float64Array(SIZE).fill(NaN);
  const logJacobian = bijector.constrain(Float64Array.from(u), x);
  return { x, logJacobian };
}

/** `u` with `h` added to entry i. */
function moved(u: readonly number[], i: number, h: number): number[] {
  return u.map((value, j) => (j === i ? value + h : value));
}

test.each(supports)("onto %s: lands on the support and comes back", (_, support) => {
  const bijector = bijectorFor(support, SIZE);
  expect(bijector.unconstrainedSize).toBe(SIZE);
  expect(bijector.constrainedSize).toBe(SIZE);
  fc.assert(
    fc.property(positions, (u) => {
      const { x } = constrain(bijector, u);
      const back = new Float64Array(SIZE).fill(NaN);
      bijector.unconstrain(x, back);
      for (let i = 0; i < SIZE; i++) {
        expect(isOnSupport(support, x[i])).toBe(true);
        // x carries an error of a few ε·|x|, which unconstrain divides by dx/du ≥ exp(-5) / 1.02 in these cases.
        expect(Math.abs(back[i] - u[i])).toBeLessThan(4 * EPSILON * (1 + Math.abs(x[i]) * 160 + 40 * 160));
      }
    }),
  );
});

test.each(supports)("onto %s: log-Jacobian against finite differences", (_, support) => {
  const bijector = bijectorFor(support, SIZE);
  const h = 1e-4;
  fc.assert(
    fc.property(positions, (u) => {
      let expected = 0;
      let tolerance = 1e-13;
      for (let i = 0; i < SIZE; i++) {
        const high = constrain(bijector, moved(u, i, h)).x;
        const low = constrain(bijector, moved(u, i, -h)).x;
        const slope = Math.abs(high[i] - low[i]) / (2 * h);
        expected += Math.log(slope);
        // Truncation h²/6 |x'''/x'| ≤ h²/6; rounding of x, by at most 2ε(|x| + |bounds|), over h and the slope.
        tolerance += h * h + (2 * EPSILON * (Math.abs(high[i]) + 40)) / (h * slope);
      }
      expect(Math.abs(constrain(bijector, u).logJacobian - expected)).toBeLessThan(tolerance);
    }),
  );
});

test.each(supports)("onto %s: pullback adds the gradient of c·x + log-Jacobian", (_, support) => {
  const bijector = bijectorFor(support, SIZE);
  const h = 1e-4;
  const weights = Float64Array.of(0.7, -1.3, 2.1);
  const value = (u: readonly number[]): number => {
    const { x, logJacobian } = constrain(bijector, u);
    return x.reduce((sum, xi, i) => sum + weights[i] * xi, logJacobian);
  };
  fc.assert(
    fc.property(positions, (u) => {
      const { x } = constrain(bijector, u);
      const gradient = Float64Array.of(10, 20, 30);
      bijector.pullback(Float64Array.from(u), x, weights, gradient);
      const scale = x.reduce((sum, xi) => sum + Math.abs(xi), 100);
      for (let i = 0; i < SIZE; i++) {
        const difference = (value(moved(u, i, h)) - value(moved(u, i, -h))) / (2 * h);
        // Truncation h²/6 of c·x (whose third derivative is at most c(|x| + |bounds|)) and of log-J; rounding of the sum.
        const tolerance = h * h * (1 + 2.1 * (Math.abs(x[i]) + 40)) + (10 * EPSILON * scale) / h;
        expect(Math.abs(gradient[i] - 10 * (i + 1) - difference)).toBeLessThan(tolerance);
      }
    }),
  );
});

test("log-Jacobians and their gradients stay exact far in the tails", () => {
  const zero = new Float64Array(1);
  const cases: [ScalarSupport, number, number, number][] = [
    [interval(0, 1), 800, -800, -1],
    [interval(0, 1), -800, -800, 1],
    [interval(-10, 30), 50, Math.log(40) - 50, -1],
    [interval(0, Infinity), -800, -800, 1],
    [interval(5, Infinity), -50, -50, 1],
    [interval(-Infinity, 5), -50, -50, 1],
  ];
  for (const [support, u, logJacobian, slope] of cases) {
    const bijector = bijectorFor(support, 1);
    const x = new Float64Array(1);
    expect(bijector.constrain(Float64Array.of(u), x)).toBeCloseTo(logJacobian, 12);
    const gradient = Float64Array.of(7);
    bijector.pullback(Float64Array.of(u), x, zero, gradient);
    expect(gradient[0]).toBeCloseTo(7 + slope, 12);
  }
});

test("a tiny value above 0 keeps its digits", () => {
  const x = new Float64Array(1);
  const u = new Float64Array(1);
  const bijector = bijectorFor(interval(0, 1), 1);
  bijector.constrain(Float64Array.of(-700), x);
  expect(x[0]).toBeCloseTo(Math.exp(-700), 310);
  bijector.unconstrain(x, u);
  expect(u[0]).toBeCloseTo(-700, 10);
});

test("a support without a bijector is a bug of the caller", () => {
  expect(() => bijectorFor(counts, 2)).toThrow("an integer of at least 0");
  expect(() => bijectorFor(interval(2, 2), 2)).toThrow("no bijector");
  expect(() => bijectorFor(interval(NaN, 2), 2)).toThrow("no bijector");
});
