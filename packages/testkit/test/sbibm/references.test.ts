import { rngFromSeed } from "@poolish/core";
import { bijectorFor } from "@poolish/math";
import { expectMeanWithin, type SbibmTaskName, sbibmPosterior, sbibmTask } from "@poolish/testkit";
import { readSbibmObservation, readSbibmReference, readSbibmTrueParameters } from "@poolish/testkit/node";
import { describe, expect, test } from "vitest";
import { expectZeroMeans, moments } from "./statisticsOfRows.ts";

type Case = readonly [SbibmTaskName, 1 | 2];

const both = (name: SbibmTaskName): Case[] => [
  [name, 1],
  [name, 2],
];

async function referenceRows(name: SbibmTaskName, observation: 1 | 2, most: number): Promise<Float64Array[]> {
  const { values, numColumns, numRows } = await readSbibmReference(name, observation);
  const step = Math.max(1, Math.floor(numRows / most));
  const rows: Float64Array[] = [];
  for (let i = 0; i < numRows; i += step) rows.push(values.subarray(i * numColumns, (i + 1) * numColumns));
  return rows;
}

/**
 * Stein's identity on the unconstrained scale, for a smooth posterior: E ∂_p log π = 0 and E (q_p - c) ∂_p log π = -1, here
 * with c near the mean to keep the variance low. It ties prior, likelihood and gradients to sbibm's reference draws.
 */
const smooth: Case[] = [
  ...both("gaussian_linear"),
  ...both("gaussian_linear_uniform"),
  ...both("gaussian_mixture"),
  ...both("slcp"),
  ...both("bernoulli_glm"),
  ...both("sir"),
  ...both("lotka_volterra"),
];

test.each(smooth)(
  "%s, observation %d: the reference draws obey the posterior's gradient",
  async (name, observation) => {
    const task = sbibmTask(name);
    const x = await readSbibmObservation(name, observation);
    const dim = task.parameters.length;
    const posterior = sbibmPosterior(task, x);
    const bijector = bijectorFor(task.parameters[0].support, dim);
    const positions = (await referenceRows(name, observation, 1500)).map((theta) => {
      const position = new Float64Array(dim);
      bijector.unconstrain(theta, position);
      return position;
    });
    const centre = Array.from({ length: dim }, (_, p) => moments(positions.map((position) => position[p])).mean);
    const gradient = new Float64Array(dim);
    const rows = positions.map((position) => {
      posterior.valueAndGradient(position, gradient);
      return Float64Array.of(...gradient, ...gradient.map((slope, p) => slope * (position[p] - centre[p]) + 1));
    });
    expectZeroMeans(name, rows, 2 * dim);
  },
);

const sampled: Case[] = [
  ...both("gaussian_linear"),
  ...both("gaussian_linear_uniform"),
  ...both("gaussian_mixture"),
  ...both("two_moons"),
];

describe.each(sampled)("%s, observation %d", (name, observation) => {
  test("exact posterior draws have the moments of the reference draws", async () => {
    const task = sbibmTask(name);
    const x = await readSbibmObservation(name, observation);
    const reference = await referenceRows(name, observation, 10_000);
    const rng = rngFromSeed(31);
    const draws = reference.map(() => {
      const theta = new Float64Array(task.parameters.length);
      task.samplePosterior?.(rng, x, theta);
      return theta;
    });
    const statistics: ((theta: Float64Array) => number)[] = task.parameters.flatMap((_, p) => [
      (theta: Float64Array) => theta[p],
      (theta: Float64Array) => theta[p] ** 2,
      (theta: Float64Array) => theta[p] * theta[0],
    ]);
    statistics.push((theta) => (theta[0] + theta[1] > 0 ? 1 : 0) + 0.001 * theta[0]);
    for (const statistic of statistics) {
      const [ours, theirs] = [draws, reference].map((rows) => moments(rows.map(statistic)));
      expectMeanWithin({
        estimate: ours.mean,
        standardError: Math.hypot(ours.standardError, theirs.standardError),
        expected: theirs.mean,
        numComparisons: statistics.length,
      });
    }
  });
});

test.each(both("slcp"))(
  "%s, observation %d: all four modes of the reference are modes of ours",
  async (name, observation) => {
    const rows = await referenceRows(name, observation, 10_000);
    const task = sbibmTask(name);
    const x = await readSbibmObservation(name, observation);
    const gradient = new Float64Array(5);
    const value = (theta: Float64Array): number => task.logLikelihood(theta, x, gradient);
    const [theta] = rows;
    for (const [third, fourth] of [
      [1, -1],
      [-1, 1],
      [-1, -1],
    ]) {
      expect(value(Float64Array.of(theta[0], theta[1], third * theta[2], fourth * theta[3], theta[4]))).toBe(
        value(theta),
      );
    }
    const shares = [0, 1, 2, 3].map(
      (mode) => rows.filter((row) => (row[2] > 0 ? 1 : 0) + (row[3] > 0 ? 2 : 0) === mode).length / rows.length,
    );
    for (const share of shares) expect(share).toBeGreaterThan(0.2);
  },
);

test("true parameters are on file and on the support", async () => {
  for (const [name, observation] of [...smooth, ...both("two_moons"), ...both("bernoulli_glm_raw")]) {
    const theta = await readSbibmTrueParameters(name, observation);
    expect(sbibmTask(name).logPrior(theta, new Float64Array(theta.length))).toBeGreaterThan(-Infinity);
  }
});
