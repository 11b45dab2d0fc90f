import { rngFromSeed } from "@poolish/core";
import { standardNormalCdf } from "@poolish/math";
import { kolmogorovSmirnov } from "@poolish/testkit";
import { expect, test } from "vitest";
import { countMiddle, createCountHead } from "../../src/autoregressive/countHead.ts";
import { countEdge } from "../../src/count/countScale.ts";
import { headContext, outputGradients } from "../support/headContext.ts";

const K = 2;
const SHAPE = [0.3, -0.6, -0.5, 0.8, -0.4, 0.2];
const SCALE = { mean: 2, standardDeviation: 0.8 };

/** Columns of terms with the same count: residual e, σ, log σ. */
function scalesOf(counts: readonly number[], location: number, logScale: number) {
  const middle = Float64Array.from(counts, (k) => countMiddle(SCALE, k));
  const scale = Math.exp(logScale);
  return {
    middle,
    residual: middle.map((y) => (y - location) / scale),
    scale: middle.map(() => scale),
    logScale: middle.map(() => logScale),
  };
}

/** The mass of a count by the mixture's cumulative distribution, in float64. */
function twin(shape: readonly number[], count: number, location: number, logScale: number): number {
  const weights = shape.slice(0, K).map(Math.exp);
  const total = weights.reduce((a, b) => a + b);
  const cdf = (y: number) =>
    weights.reduce((sum, weight, k) => {
      const [mean, deviation] = [location + Math.exp(logScale) * shape[K + k], Math.exp(logScale + shape[2 * K + k])];
      return sum + (weight / total) * standardNormalCdf((y - mean) / deviation);
    }, 0);
  return Math.log(cdf(countEdge(SCALE, count + 1)) - cdf(countEdge(SCALE, count)));
}

function evaluated(counts: readonly number[], location: number, logScale: number) {
  const context = headContext(
    [SHAPE],
    counts.map(() => 0),
  );
  const scales = scalesOf(counts, location, logScale);
  const head = createCountHead(context, K, SCALE, scales);
  const logTerms = new Float64Array(counts.length);
  head.evaluate(Float64Array.from(counts), logTerms);
  return { context, head, logTerms, scales };
}

test("masses are those of the cumulative distribution, and sum to 1", () => {
  const counts = Array.from({ length: 400 }, (_, k) => k);
  const { logTerms } = evaluated(counts, 0.3, -0.2);
  for (const k of [0, 1, 5, 12]) expect(Math.abs(logTerms[k] - twin(SHAPE, k, 0.3, -0.2))).toBeLessThan(1e-6);
  expect(Math.abs(logTerms.reduce((sum, value) => sum + Math.exp(value), 0) - 1)).toBeLessThan(1e-9);
});

test("gradients in shape, residual and log scale are those of the twin", () => {
  const counts = [0, 3, 9];
  const [location, logScale] = [0.3, -0.2];
  const { context, head, scales } = evaluated(counts, location, logScale);
  const adjoint = Float64Array.of(1, -2, 0.5);
  const residuals = new Float64Array(3);
  const byLogScale = new Float64Array(3);
  head.pullback(adjoint, residuals, byLogScale);
  const h = 1e-5;
  const slopeOf = (f: (d: number) => number): number => (f(h) - f(-h)) / (2 * h);
  // At fixed middle, the location is middle − e σ.
  const at = (i: number, e: number, s: number) => twin(SHAPE, counts[i], scales.middle[i] - e * Math.exp(s), s);
  counts.forEach((_, i) => {
    const e = scales.residual[i];
    expect(Math.abs(residuals[i] - adjoint[i] * slopeOf((d) => at(i, e + d, logScale)))).toBeLessThan(1e-6);
    expect(Math.abs(byLogScale[i] - adjoint[i] * slopeOf((d) => at(i, e, logScale + d)))).toBeLessThan(1e-6);
  });
  SHAPE.forEach((value, o) => {
    const loss = (d: number) =>
      counts.reduce((sum, k, i) => sum + adjoint[i] * twin(SHAPE.with(o, value + d), k, location, logScale), 0);
    expect(Math.abs(outputGradients(context)[0][o] - slopeOf(loss))).toBeLessThan(1e-6);
  });
});

test("draws of the residual follow the shape", () => {
  const { head } = evaluated(new Array<number>(4000).fill(1), 0, 0);
  const draws = new Float64Array(4000);
  head.sample(rngFromSeed(6), draws);
  const weight = 1 / (1 + Math.exp(SHAPE[1] - SHAPE[0]));
  const part = (x: number, k: number) => standardNormalCdf((x - SHAPE[2 + k]) / Math.exp(SHAPE[4 + k]));
  expect(kolmogorovSmirnov(draws, (x) => weight * part(x, 0) + (1 - weight) * part(x, 1))).toBeLessThan(1);
});
