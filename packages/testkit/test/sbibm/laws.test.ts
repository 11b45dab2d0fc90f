import { type Rng, rngFromSeed } from "@poolish/core";
import { expectMeanWithin, SBIBM_TASK_NAMES, type SbibmTask, sbibmPosterior, sbibmTask } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { expectZeroMeans, moments } from "./statisticsOfRows.ts";

/** θ and a neighbour for each task, both where its likelihood is smooth. */
const POINTS: Readonly<Record<string, readonly [readonly number[], readonly number[]]>> = {
  gaussian_linear: [Array(10).fill(0.2), Array(10).fill(0.25)],
  gaussian_linear_uniform: [Array(10).fill(-0.9), Array(10).fill(-0.85)],
  gaussian_mixture: [
    [1, -2],
    [1.03, -2.04],
  ],
  slcp: [
    [0.7, -2.9, -1, 0.9, 0.6],
    [0.8, -2.8, -1.04, 0.92, 0.7],
  ],
  slcp_distractors: [
    [0.7, -2.9, -1, 0.9, 0.6],
    [0.8, -2.8, -1.04, 0.92, 0.7],
  ],
  bernoulli_glm: [
    [0.5, 1, 1.5, 0.5, -0.5, -1, -1, -0.5, 0, 0.2],
    [0.55, 1.05, 1.45, 0.5, -0.55, -1, -1.05, -0.5, 0.05, 0.2],
  ],
  bernoulli_glm_raw: [
    [0.5, 1, 1.5, 0.5, -0.5, -1, -1, -0.5, 0, 0.2],
    [0.55, 1.05, 1.45, 0.5, -0.55, -1, -1.05, -0.5, 0.05, 0.2],
  ],
  sir: [
    [0.4, 0.125],
    [0.4005, 0.1251],
  ],
  lotka_volterra: [
    [0.9, 0.05, 0.9, 0.05],
    [0.9005, 0.0501, 0.9005, 0.0501],
  ],
};

const NUM_DRAWS = 1500;

/** Score and likelihood ratio to the neighbour, for draws at θ. */
function simulatedScores(task: SbibmTask, rng: Rng): { scores: Float64Array[]; ratios: Float64Array } {
  const [theta, neighbour] = POINTS[task.name].map((values) => Float64Array.from(values));
  const x = new Float64Array(task.columns.length);
  const ignored = new Float64Array(theta.length);
  const ratios = new Float64Array(NUM_DRAWS);
  const scores = Array.from(ratios, (_, i) => {
    task.simulate(rng, theta, x);
    const score = new Float64Array(theta.length);
    const here = task.logLikelihood(theta, x, score);
    ratios[i] = Math.exp(task.logLikelihood(neighbour, x, ignored) - here);
    return score;
  });
  return { scores, ratios };
}

describe.each(SBIBM_TASK_NAMES.filter((name) => name !== "two_moons"))("%s", (name) => {
  const task = sbibmTask(name);

  test("simulated data have a score of mean 0, and a mean likelihood ratio of 1 to a neighbouring θ", () => {
    const { scores, ratios } = simulatedScores(task, rngFromSeed(11));
    const numComparisons = scores[0].length + 1;
    expectZeroMeans(`${name}: score`, scores, numComparisons);
    const { mean, standardError } = moments(ratios);
    expectMeanWithin({ name: "ratio", estimate: mean, standardError, expected: 1, numComparisons });
    // A ratio that hardly varies would prove nothing.
    expect(standardError * Math.sqrt(NUM_DRAWS)).toBeGreaterThan(0.05);
  });
});

describe.each(SBIBM_TASK_NAMES)("the prior of %s", (name) => {
  const task = sbibmTask(name);
  const dim = task.parameters.length;

  // Stein's identity for a smooth density on R^dim: E ∂_p log π = 0 and E q_p ∂_p log π = -1.
  test("samples and log-density agree on the unconstrained scale", () => {
    const { samplePrior, logPrior } = sbibmPosterior(task, new Float64Array(task.columns.length));
    const rng = rngFromSeed(12);
    const rows = Array.from({ length: 4000 }, () => {
      const position = new Float64Array(dim);
      const gradient = new Float64Array(dim);
      samplePrior(rng, position);
      logPrior(position, gradient);
      return Float64Array.of(...gradient, ...gradient.map((slope, p) => slope * position[p] + 1));
    });
    expectZeroMeans(name, rows, 2 * dim);
  });

  test("is the one that its records say, and refuses what lies off the support", () => {
    const theta = new Float64Array(dim);
    const gradient = new Float64Array(dim);
    task.samplePrior(rngFromSeed(13), theta);
    expect(task.logPrior(theta, gradient)).toBeGreaterThan(-Infinity);
    if (task.prior === null) return;
    expect(task.prior).toHaveLength(dim);
    const [{ kind, parameters }] = task.prior;
    theta[0] = kind === "normal" ? 0 : kind === "uniform" ? parameters[1] : -1;
    if (kind !== "normal") expect(task.logPrior(theta, gradient)).toBe(-Infinity);
  });
});
