import { describe, expect, test } from "vitest";
import { estimatorOf, mixedSpec } from "./support/mixedEstimator.ts";

const estimator = estimatorOf(mixedSpec());
const DATA = {
  rt: [0.9, 0.5, 0.9, 1.4, 0.31, 0.9],
  choice: [1, -1, 1, 1, -1, 1],
  clicks: [3, 0, 3, 8, 1, 3],
  contrast: [0.2, 0.9, 0.2, 0.5, 0.5, 0.7],
};
/** Trials 0 and 2 are equal; the fifth lies within the edge of its row's bound. */
const ROW = Int32Array.of(1, 0, 1, 1, 2, 1);
const THETA = Float64Array.of(0.5, 0.2, -1, 0.4, 1.2, 0.28);
const ADJOINT = Float64Array.of(1, -2, 0.5, 3, 0.25);

function evaluated(theta: Float64Array) {
  const bound = estimator.bind(DATA, ROW, 3);
  const logTerms = new Float64Array(bound.numTerms);
  bound.evaluate(theta, logTerms);
  return { bound, logTerms };
}

function loss(theta: Float64Array): number {
  return evaluated(theta).logTerms.reduce((sum, value, i) => sum + ADJOINT[i] * value, 0);
}

describe("bind, with mixed columns, conditions and a bound that is a parameter", () => {
  test("each trial has the value that logProb gives by hand", () => {
    const { bound, logTerms } = evaluated(THETA);
    expect(bound.numTerms).toBe(5);
    const x = DATA.rt.flatMap((rt, i) => [rt, DATA.choice[i], DATA.clicks[i]]);
    const theta = [...ROW].flatMap((r) => [...THETA.subarray(2 * r, 2 * r + 2)]);
    const byHand = estimator.logProb(x, theta, DATA.contrast);
    byHand.forEach((value, i) => {
      expect(logTerms[bound.termOfTrial[i]]).toBe(value);
    });
    expect(new Set(byHand).size).toBe(5);
  });

  test("the pullback is that of finite differences, also in the bound, and is ADDED", () => {
    const gradient = new Float64Array(6).fill(30);
    evaluated(THETA).bound.pullback(ADJOINT, gradient);
    THETA.forEach((value, k) => {
      // Fourth order; float32 noise near 1e-6 of values of some tens, over h.
      const h = 5e-3;
      const at = (d: number) => loss(THETA.with(k, value + d));
      const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      expect(Math.abs(gradient[k] - 30 - slope)).toBeLessThan(5e-3 * (1 + Math.abs(slope)));
    });
    expect(gradient.every((value) => Math.abs(value - 30) > 0.01)).toBe(true);
  });

  test("θ off its support: -Infinity and no gradient for its row, the others untouched", () => {
    const { bound, logTerms } = evaluated(THETA.with(3, 1.5));
    const clean = evaluated(THETA);
    const [gradient, expected] = [new Float64Array(6), new Float64Array(6)];
    bound.pullback(ADJOINT, gradient);
    clean.bound.pullback(ADJOINT, expected);
    const rowOfTerm = Array.from(bound.multiplicity, (_, term) => ROW[bound.termOfTrial.indexOf(term)]);
    rowOfTerm.forEach((row, term) => {
      expect(logTerms[term]).toBe(row === 1 ? -Infinity : clean.logTerms[term]);
    });
    expect([...gradient]).toEqual([...expected].map((value, k) => (k === 2 || k === 3 ? 0 : value)));
  });

  test("an observation beyond its bound is finite, and pulls the bound back", () => {
    const beyond = THETA.with(5, 0.35);
    const { bound, logTerms } = evaluated(beyond);
    const gradient = new Float64Array(6);
    const term = bound.termOfTrial[4];
    bound.pullback(new Float64Array(5).with(term, 1), gradient);
    expect(Number.isFinite(logTerms[term])).toBe(true);
    expect(logTerms[term]).toBeLessThan(evaluated(THETA).logTerms[term]);
    expect(gradient[5]).toBeLessThan(0);
  });

  test("many trials: value and gradient in one go are those of two calls, to the bit, a row off its support included", () => {
    const count = 1500;
    const columns = Object.entries(DATA).map(([name, values]) => {
      const isTime = name === "rt";
      return [name, Array.from({ length: count }, (_, i) => values[i % values.length] + (isTime ? i * 1e-3 : 0))];
    });
    const row = Int32Array.from({ length: count }, (_, i) => i % 3);
    const bound = estimator.bind(Object.fromEntries(columns), row, 3);
    const adjoint = bound.multiplicity.map((_, i) => 1 - (i % 7) / 3);
    for (const theta of [THETA, THETA.with(3, 1.5)]) {
      const [logTerms, expectedTerms] = [0, 1].map(() => new Float64Array(bound.numTerms));
      const [gradient, expected] = [0, 1].map(() => new Float64Array(6).fill(5));
      bound.evaluate(theta, expectedTerms);
      bound.pullback(adjoint, expected);
      bound.evaluateWithGradient?.(theta, adjoint, logTerms, gradient);
      expect(logTerms).toEqual(expectedTerms);
      expect(gradient).toEqual(expected);
      // Adjoints that follow from the terms, which are all that is known when they are asked for.
      logTerms.fill(Number.NaN);
      const later = new Float64Array(bound.numTerms).fill(Number.NaN);
      let reached = 0;
      bound.evaluateWithGradient?.(theta, later, logTerms, gradient.fill(5), (first, end) => {
        expect(first).toBe(reached);
        reached = end;
        for (let i = first; i < end; i++) {
          expect(logTerms[i]).toBe(expectedTerms[i]);
          later[i] = adjoint[i];
        }
      });
      expect(reached).toBe(bound.numTerms);
      expect(gradient).toEqual(expected);
    }
  });
});
