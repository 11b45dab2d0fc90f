import { rngFromSeed } from "@poolish/core";
import { logSumExp, standardNormalCdf } from "@poolish/math";
import { kolmogorovSmirnov } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { createMixtureHead } from "../../src/autoregressive/mixtureHead.ts";
import { headContext, outputGradients } from "../support/headContext.ts";

const K = 2;
/** Logits, means, log scales; the last item's scales lie beyond both limits, −7 and 5. */
const OUTPUTS = [
  [0.3, -0.6, -1, 0.8, -0.4, 0.2],
  [-1, 1, 0.1, 0.4, 0.5, -1.5],
  [0, 0.5, 0.2, -3, -7.5, 5.5],
];
const X = [0.7, -0.2, 0.2003];

/** The mixture in float64. */
function twin(outputs: readonly number[], x: number): number {
  const logits = outputs.slice(0, K);
  const parts = logits.map((logit, k) => {
    const logScale = Math.min(5, Math.max(-7, outputs[2 * K + k]));
    const u = (x - outputs[K + k]) / Math.exp(logScale);
    return logit - logScale - 0.5 * u * u - 0.5 * Math.log(2 * Math.PI);
  });
  return logSumExp(Float64Array.from(parts)) - logSumExp(Float64Array.from(logits));
}

function evaluated(outputs: readonly (readonly number[])[], xs: readonly number[], rowOfTerm?: readonly number[]) {
  const context = headContext(outputs, rowOfTerm);
  const x = context.kernels.allocateVector(xs.length);
  x.values.set(xs);
  const head = createMixtureHead(context, K, x);
  const logTerms = new Float64Array(xs.length).fill(10);
  // Log scales of −1.
  head.evaluate(new Float64Array(xs.length).fill(-1), logTerms);
  const pullback = (adjoint: Float64Array) => {
    const adjoints = context.kernels.allocateVector(xs.length);
    adjoints.values.set(adjoint);
    return head.pullback(adjoints).slice(0, xs.length);
  };
  return { context, head, pullback, values: logTerms.map((value) => value - 11) };
}

const h = 1e-5;
const slopeOf = (f: (h: number) => number): number => (f(h) - f(-h)) / (2 * h);
/** Float32: a dozen roundings, 6e-8 each, of numbers near 1. */
const TOLERANCE = 3e-6;
/** A scale of e⁻⁷ turns the rounding of a mean or of x, 1.5e-8, into 1.6e-5 of u; partials of u² then are off by 1e-4. */
const NARROW = 2e-4;

describe.each([
  ["an item a term", undefined, X],
  ["terms that share rows", [0, 0, 1], X],
  ["rows of many terms", [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2], [...X, 1, -1.5, 0.4, ...X, 0, 0.1, 2, 3]],
])("mixture head, %s", (_, rowOfTerm, xs) => {
  const itemOf = (i: number) => rowOfTerm?.[i] ?? i;

  test("adds the log-density of the float64 twin", () => {
    const { values } = evaluated(OUTPUTS, xs, rowOfTerm);
    xs.forEach((x, i) => {
      expect(Math.abs(values[i] - twin(OUTPUTS[itemOf(i)], Math.fround(x)))).toBeLessThan(NARROW);
    });
  });

  test("gradients are those of the twin; a scale beyond its limit has none", () => {
    const at = evaluated(OUTPUTS, xs, rowOfTerm);
    const adjoint = Float64Array.from(xs, (_, i) => [1, -2, 0.5][i % 3]);
    const residuals = at.pullback(adjoint);
    const loss = (outputs: readonly (readonly number[])[]) =>
      xs.reduce((sum, x, i) => sum + adjoint[i] * twin(outputs[itemOf(i)], Math.fround(x)), 0);
    xs.forEach((x, i) => {
      const expected = adjoint[i] * slopeOf((d) => twin(OUTPUTS[itemOf(i)], x + d));
      expect(Math.abs(residuals[i] - expected)).toBeLessThan(NARROW * (1 + Math.abs(expected)));
    });
    outputGradients(at.context).forEach((numbers, item) => {
      numbers.forEach((value, o) => {
        const moved = (d: number) => OUTPUTS.map((row, r) => (r === item ? row.with(o, row[o] + d) : row));
        const expected = slopeOf((d) => loss(moved(d)));
        expect(Math.abs(value - expected)).toBeLessThan(NARROW * (1 + Math.abs(expected)));
      });
    });
    expect(outputGradients(at.context)[2].slice(4)).toEqual([0, 0]);
    expect(at.pullback(adjoint)).toEqual(residuals);
  });
});

test("integrates to 1", () => {
  const step = 0.01;
  const grid = Array.from({ length: 2000 }, (_, i) => -10 + (i + 0.5) * step);
  const { values } = evaluated(
    [OUTPUTS[0]],
    grid,
    grid.map(() => 0),
  );
  expect(Math.abs(values.reduce((sum, value) => sum + Math.exp(value) * step, 0) - 1)).toBeLessThan(TOLERANCE);
});

test("draws follow the density", () => {
  const count = 5000;
  const rows = new Array<number>(count).fill(0);
  const { head } = evaluated([OUTPUTS[0]], rows, rows);
  const draws = new Float64Array(count);
  head.sample(rngFromSeed(3), draws);
  const [a, b, m1, m2, s1, s2] = OUTPUTS[0];
  const weight = 1 / (1 + Math.exp(b - a));
  const cdf = (x: number) =>
    weight * standardNormalCdf((x - m1) / Math.exp(s1)) + (1 - weight) * standardNormalCdf((x - m2) / Math.exp(s2));
  expect(kolmogorovSmirnov(draws, cdf)).toBeLessThan(1);
});
