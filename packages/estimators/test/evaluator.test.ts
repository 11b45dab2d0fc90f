import { rngFromSeed } from "@poolish/core";
import { chiSquare, expectMeanWithin, kolmogorovSmirnov } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import type { Estimator } from "../src/estimator.ts";
import { continuousSpec, estimatorOf, mixedSpec } from "./support/mixedEstimator.ts";

/** Float32 leaves each of the densities with a relative error of some 1e-6. */
const TOLERANCE = 1e-5;

/** Points y, equally spaced, of (−reach, reach). */
function grid(reach: number, count: number): { readonly points: Float64Array; readonly step: number } {
  const step = (2 * reach) / count;
  return { step, points: Float64Array.from({ length: count }, (_, i) => -reach + (i + 0.5) * step) };
}

const SHIFT = 0.3;
const THETA = [0.5, SHIFT];
const CONTRAST = 0.4;
/**
 * Below this distance from the bound the map of rt goes on as a tangent, which reaches beyond the bound, where draws never
 * are: masses are compared above it.
 */
const EDGE = 0.05;

const MOST_CLICKS = 39;

/** Whether draw i of rt, choice and clicks is among the cells of `massesAboveEdge`. */
function isCounted(draws: Float64Array, i: number): boolean {
  return draws[3 * i] > SHIFT + EDGE && draws[3 * i + 2] <= MOST_CLICKS;
}

/** For each choice and number of clicks, cell 2 · clicks + (choice is 1): the mass of response times above the edge. */
function massesAboveEdge(estimator: Estimator): number[] {
  const count = 200;
  const [from, to] = [Math.log(EDGE), 9];
  const step = (to - from) / count;
  const times = Array.from({ length: count }, (_, i) => Math.exp(from + (i + 0.5) * step));
  return Array.from({ length: 2 * (MOST_CLICKS + 1) }, (_, cell) => {
    const x = times.flatMap((t) => [SHIFT + t, cell % 2 === 1 ? 1 : -1, Math.floor(cell / 2)]);
    const logDensities = estimator.logProb(x, THETA, CONTRAST);
    return logDensities.reduce((sum, value, i) => sum + Math.exp(value) * times[i] * step, 0);
  });
}

describe("logProb integrates to 1", () => {
  test("one column above 0", () => {
    const estimator = estimatorOf(continuousSpec(1));
    const { points, step } = grid(18, 2000);
    const x = points.map(Math.exp);
    const densities = estimator.logProb(x, 1.5).map(Math.exp);
    // dx = x d log x.
    expect(Math.abs(densities.reduce((sum, p, i) => sum + p * x[i] * step, 0) - 1)).toBeLessThan(TOLERANCE);
  });

  test("two columns", () => {
    const estimator = estimatorOf(continuousSpec(2));
    const { points, step } = grid(24, 240);
    const x = [...points].flatMap((a) => [...points].flatMap((b) => [a, b]));
    const total = estimator.logProb(x, 1.5).reduce((sum, value) => sum + Math.exp(value) * step * step, 0);
    expect(Math.abs(total - 1)).toBeLessThan(TOLERANCE);
  });

  test("a choice, clicks and a response time, under an ensemble: as much mass as draws", () => {
    const estimator = estimatorOf(mixedSpec());
    const above = massesAboveEdge(estimator).reduce((a, b) => a + b);
    const count = 20_000;
    const draws = estimator.sample(rngFromSeed(2), THETA, count, undefined, CONTRAST);
    const numCounted = Array.from({ length: count }, (_, i) => i).filter((i) => isCounted(draws, i)).length;
    const standardError = Math.sqrt((above * (1 - above)) / count);
    expectMeanWithin({ estimate: numCounted / count, expected: above, standardError });
  });
});

describe("sample follows logProb", () => {
  test("one column: the distribution function by quadrature", () => {
    const estimator = estimatorOf(continuousSpec(1));
    const { points, step } = grid(18, 4000);
    const x = points.map(Math.exp);
    let sum = 0;
    const cumulative = estimator.logProb(x, 1.5).map((value, i) => {
      sum += Math.exp(value) * x[i] * step;
      return sum;
    });
    const cdf = (value: number) => cumulative[Math.min(3999, Math.max(0, Math.floor((Math.log(value) + 18) / step)))];
    expect(kolmogorovSmirnov(estimator.sample(rngFromSeed(3), 1.5, 4000), cdf)).toBeLessThan(1);
  });

  test("choice and clicks, whatever the response time above the edge", () => {
    const estimator = estimatorOf(mixedSpec(1), 4);
    const masses = massesAboveEdge(estimator);
    const total = masses.reduce((a, b) => a + b);
    const count = 6000;
    const draws = estimator.sample(rngFromSeed(5), THETA, count, undefined, CONTRAST);
    const kept = Array.from({ length: count }, (_, i) => i).filter((i) => isCounted(draws, i));
    const cells = Float64Array.from(kept, (i) => 2 * draws[3 * i + 2] + (draws[3 * i + 1] === 1 ? 1 : 0));
    expect(chiSquare(cells, (cell) => (masses[cell] ?? 0) / total)).toBeLessThan(1);
  });
});
