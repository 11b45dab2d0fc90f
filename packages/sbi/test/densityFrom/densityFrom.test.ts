import { counts, type LearnedDensity, PoolishError, positive, type Rng, rngFromSeed } from "@poolish/core";
import { type DrawsDensity, estimatorFromBytes, estimatorToBytes } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { densityFrom } from "../../src/densityFrom/densityFrom.ts";
import type { Draws } from "../../src/densityFrom/draws.ts";

type Columns = Record<string, Float64Array>;

function columnsFrom(names: readonly string[], count: number, draw: () => readonly number[]): Columns {
  const columns = names.map(() => new Float64Array(count));
  for (let i = 0; i < count; i++) for (const [k, value] of draw().entries()) columns[k][i] = value;
  return Object.fromEntries(names.map((name, k) => [name, columns[k]]));
}

function drawsOf(density: LearnedDensity, rng: Rng, count: number): Columns {
  const point = new Float64Array(density.dim);
  return columnsFrom(
    density.parameters.map(({ name }) => name),
    count,
    () => {
      density.sample(rng, point);
      return [...point];
    },
  );
}

function moments(columns: Columns) {
  const all = Object.values(columns);
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value / values.length, 0);
  const means = all.map(mean);
  const centred = all.map((column, k) => column.map((value) => value - means[k]));
  const sds = centred.map((column) => Math.sqrt(mean(column.map((value) => value * value))));
  const correlation = (i: number, j: number) =>
    mean(centred[i].map((value, r) => value * centred[j][r])) / (sds[i] * sds[j]);
  return { means, sds, correlations: all.map((_, i) => all.map((_each, j) => correlation(i, j))) };
}

/** Means within .05 sd, sds within 5 %, correlations within .05: the bars of docs/stages.md. */
function expectSameMoments(density: LearnedDensity, draws: Columns): void {
  const wanted = moments(draws);
  const got = moments(drawsOf(density, rngFromSeed(9), 20_000));
  wanted.sds.forEach((sd, i) => {
    expect(Math.abs(got.means[i] - wanted.means[i]) / sd).toBeLessThan(0.05);
    expect(Math.abs(got.sds[i] / sd - 1)).toBeLessThan(0.05);
    wanted.correlations[i].forEach((value, j) => {
      expect(Math.abs(got.correlations[i][j] - value)).toBeLessThan(0.05);
    });
  });
}

/** log s and m normal and correlated: s is skewed and positive. */
function skewedDraws(count: number): Columns {
  const rng = rngFromSeed(4);
  return columnsFrom(["s", "m"], count, () => {
    const a = standardNormal(rng);
    return [Math.exp(0.5 * a), 3 + 2 * (0.8 * a + 0.6 * standardNormal(rng))];
  });
}

test("keeps means, standard deviations and correlations of correlated Gaussians", async () => {
  const rng = rngFromSeed(1);
  const draws = columnsFrom(["a", "b", "c"], 2000, () => {
    const [a, b] = [standardNormal(rng), standardNormal(rng)];
    return [100 + a, 0.9 * a + 0.4 * b, 0.02 * (standardNormal(rng) - b)];
  });
  expectSameMoments(await densityFrom(draws, { seed: 1 }), draws);
});

test("keeps supports and skewness, and its density is that of what it draws", async () => {
  const draws = skewedDraws(4000);
  const density = await densityFrom(draws, { supports: { s: positive }, seed: 2 });
  expectSameMoments(density, draws);
  const point = new Float64Array(2);
  const gradient = new Float64Array(2);
  expect(density.logDensityAndGradient(Float64Array.of(-0.1, 3), gradient)).toBe(-Infinity);
  // ∫ q over a grid that holds all but 1e-4 of it.
  let mass = 0;
  const [width, height] = [0.05, 0.2];
  for (let s = width / 2; s < 8; s += width) {
    for (let m = -6; m < 13; m += height) mass += Math.exp(density.logProb([s, m])[0]) * width * height;
  }
  expect(Math.abs(mass - 1)).toBeLessThan(0.01);
  // Its mean excess over the true density is the Kullback–Leibler divergence: small, and not negative but for its error.
  const rng = rngFromSeed(6);
  let excess = 0;
  for (let i = 0; i < 4000; i++) {
    density.sample(rng, point);
    const [a, b] = [Math.log(point[0]) / 0.5, (point[1] - 3) / 2];
    const e = (b - 0.8 * a) / 0.6;
    const truth = -0.5 * (a * a + e * e) - Math.log(2 * Math.PI * 0.5 * 2 * 0.6 * point[0]);
    excess += (density.logProb(point)[0] - truth) / 4000;
  }
  expect(excess).toBeGreaterThan(-0.01);
  expect(excess).toBeLessThan(0.02);
});

test("has the gradient of its values", async () => {
  const density = await densityFrom(skewedDraws(1000), { supports: { s: positive }, seed: 3 });
  const [gradient, unused] = [new Float64Array(2), new Float64Array(2)];
  for (const point of [
    [0.4, 2],
    [1.7, 5],
  ]) {
    density.logDensityAndGradient(Float64Array.from(point), gradient);
    for (const k of [0, 1]) {
      const at = (by: number) =>
        density.logDensityAndGradient(
          Float64Array.from(point, (value, i) => (i === k ? value + by : value)),
          unused,
        );
      // Networks are float32: differences over 2e-2 have errors of 1e-6 / 2e-2, and their curvature.
      const difference = (at(0.01) - at(-0.01)) / 0.02;
      expect(Math.abs(gradient[k] - difference)).toBeLessThan(5e-3 * Math.max(1, Math.abs(difference)));
    }
  }
});

test("is the same density after a trip through its file, to the bit, and reads tables of a fit", async () => {
  const columns = skewedDraws(500);
  const table: Draws = { names: ["s", "m"], columns };
  const density = await densityFrom(table, { names: ["m"], seed: 1 });
  expect(density.parameters.map(({ name }) => name)).toEqual(["m"]);
  const revived = estimatorFromBytes<DrawsDensity>(structuredClone(estimatorToBytes(density)));
  expect(revived.logProb([1, 2, 5])).toEqual(density.logProb([1, 2, 5]));
  expect(revived.spec).toEqual(density.spec);
});

const draws = skewedDraws(400);
const mistakes: readonly (readonly [string, Draws, object, string, RegExp])[] = [
  ["a column that is missing", draws, { names: ["mu"] }, "mu", /no such column/],
  ["draws off their support", draws, { supports: { m: positive } }, "m", /the draw -?\d.* is off the support.*row \d+/],
  ["a support of nothing", draws, { supports: { mu: positive } }, "supports.mu", /no column of this name/],
  ["columns of different lengths", { ...draws, m: draws.m.subarray(1) }, {}, "m", /has 399 draws, s has 400/],
  ["a constant", { ...draws, c: new Float64Array(400) }, {}, "c", /every draw is 0/],
  ["too few draws", { m: draws.m.subarray(0, 50) }, {}, "draws", /50 draws are too few/],
  [
    "a column that follows from others",
    { ...draws, sum: draws.s.map((s, i) => s + draws.m[i]) },
    {},
    "sum",
    /those of s, m/,
  ],
  [
    "a column that nearly does",
    { m: draws.m, n: draws.m.map((m, i) => m + 1e-6 * Math.sin(i)), s: draws.s },
    {},
    "n",
    /follow from those of m: together they have no density/,
  ],
  ["a name that is given twice", draws, { names: ["m", "m"] }, "m", /named twice/],
  ["whole numbers", { n: draws.m.map((m) => Math.round(50 + m)) }, { supports: { n: counts } }, "n", /no density/],
  ["NaN", { m: draws.m.map((value, i) => (i === 7 ? Number.NaN : value)) }, {}, "m", /NaN.*row 7/],
];

test.each(mistakes)("refuses %s", async (_, given, options, field, message) => {
  const error = await densityFrom(given, { seed: 1, ...options }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(PoolishError);
  if (!(error instanceof PoolishError)) return;
  expect(error.field).toBe(field);
  expect(error.message).toMatch(message);
});
