import type { Rng } from "@poolish/core";
import { kolmogorovSmirnov } from "@poolish/testkit";
import { expect } from "vitest";
import type { ConditionalDensity } from "../../src/density/conditionalDensity.ts";
import type { Point } from "./continuousDensity.ts";

/** log p(x | the features and conditions of `point`'s first term) for each row x of `xs`, in blocks of `maxTerms`. */
function logDensityAt(
  density: ConditionalDensity,
  point: Point,
  xs: readonly Float64Array[],
  maxTerms: number,
): Float64Array {
  const count = xs[0].length;
  const out = new Float64Array(count);
  const numConditions = point.terms.conditions.length / point.terms.numTerms;
  const known = point.terms.conditions.subarray(0, numConditions);
  density.setWeights(point.weights);
  for (let first = 0; first < count; first += maxTerms) {
    const numTerms = Math.min(maxTerms, count - first);
    density.setTerms({
      numTerms,
      rowOfTerm: new Int32Array(numTerms),
      columns: xs.map((x) => x.subarray(first, first + numTerms)),
      conditions: Float64Array.from({ length: numTerms * numConditions }, (_, k) => known[k % numConditions]),
    });
    density.evaluate(point.features, 1, out.subarray(first, first + numTerms));
  }
  return out;
}

/** ∫ p dx over [−reach, reach] in each of one or two dimensions, by the midpoint rule with `steps` points a side. */
export function totalMass(
  density: ConditionalDensity,
  point: Point,
  reach: number,
  steps: number,
  maxTerms: number,
): number {
  const numColumns = point.terms.columns.length;
  const step = (2 * reach) / steps;
  const points = steps ** numColumns;
  const xs = Array.from({ length: numColumns }, (_, c) =>
    Float64Array.from({ length: points }, (_p, i) => -reach + (0.5 + (Math.floor(i / steps ** c) % steps)) * step),
  );
  const logDensities = logDensityAt(density, point, xs, maxTerms);
  return logDensities.reduce((sum, value) => sum + Math.exp(value) * step ** numColumns, 0);
}

/** `count` draws given the first row and first conditions of `point`, in blocks of `maxTerms`: one array a column. */
export function drawAt(
  rng: Rng,
  density: ConditionalDensity,
  point: Point,
  count: number,
  maxTerms: number,
): Float64Array[] {
  const numConditions = point.terms.conditions.length / point.terms.numTerms;
  const drawn = point.terms.columns.map(() => new Float64Array(count));
  density.setWeights(point.weights);
  for (let first = 0; first < count; first += maxTerms) {
    const numTerms = Math.min(maxTerms, count - first);
    const columns = drawn.map((column) => column.subarray(first, first + numTerms));
    density.setTerms({
      numTerms,
      rowOfTerm: new Int32Array(numTerms),
      columns,
      conditions: Float64Array.from(
        { length: numTerms * numConditions },
        (_, k) => point.terms.conditions[k % numConditions],
      ),
    });
    density.sample(rng, point.features, 1, columns);
  }
  return drawn;
}

/**
 * Compares draws with a density of one column: the Kolmogorov–Smirnov distance to its integral by the midpoint rule stays
 * below its critical value.
 */
export function expectDrawsFollow(
  draws: Float64Array,
  density: ConditionalDensity,
  point: Point,
  maxTerms: number,
): void {
  const reach = 12;
  const steps = 20_000;
  const step = (2 * reach) / steps;
  const grid = Float64Array.from({ length: steps }, (_, i) => -reach + (i + 0.5) * step);
  const cumulative = new Float64Array(steps + 1);
  logDensityAt(density, point, [grid], maxTerms).forEach((value, i) => {
    cumulative[i + 1] = cumulative[i] + Math.exp(value) * step;
  });
  const cdf = (x: number): number => cumulative[Math.min(steps, Math.max(0, Math.round((x + reach) / step)))];
  expect(kolmogorovSmirnov(draws, cdf)).toBeLessThan(1);
}

/**
 * Compares draws with a density of two columns: the shares of draws in the nine cells that ±1/2 cut the plane into lie
 * within four standard errors of the cells' masses by the midpoint rule.
 */
export function expectCellsFollow(
  draws: readonly Float64Array[],
  density: ConditionalDensity,
  point: Point,
  maxTerms: number,
): void {
  const reach = 12;
  const steps = 480;
  const step = (2 * reach) / steps;
  const cellOf = (x: number, y: number): number => 3 * third(x) + third(y);
  const axis = (i: number): number => -reach + (i + 0.5) * step;
  const xs = [
    Float64Array.from({ length: steps ** 2 }, (_, i) => axis(i % steps)),
    Float64Array.from({ length: steps ** 2 }, (_, i) => axis(Math.floor(i / steps))),
  ];
  const mass = new Float64Array(9);
  logDensityAt(density, point, xs, maxTerms).forEach((value, i) => {
    mass[cellOf(xs[0][i], xs[1][i])] += Math.exp(value) * step ** 2;
  });
  const count = draws[0].length;
  const share = new Float64Array(9);
  draws[0].forEach((x, i) => {
    share[cellOf(x, draws[1][i])] += 1 / count;
  });
  mass.forEach((expected, cell) => {
    expect(Math.abs(share[cell] - expected)).toBeLessThan(4 * Math.sqrt(expected / count) + 1 / count);
  });
}

/** Which third of the line. */
function third(x: number): number {
  if (x < -0.5) return 0;
  return x < 0.5 ? 1 : 2;
}
