import { expect, test } from "vitest";
import { createParticles, type Particles } from "../../src/smc/particles.ts";
import { metricFromMass, scoreMass } from "../../src/smc/scoreMetric.ts";

const scoreMetric = (particles: Particles, weights: Float64Array, temperature: number) =>
  metricFromMass(scoreMass(particles, weights, temperature), particles.dim);

function withScores(dim: number, prior: readonly number[], likelihood: readonly number[]): Particles {
  const particles = createParticles({ count: prior.length / dim, dim, numGroups: 1, numBlocks: 1 });
  particles.priorGradients.set(prior);
  particles.likelihoodGradients.set(likelihood);
  return particles;
}

test("the mass matrix is the weighted second moment of the tempered score", () => {
  // At temperature .5 the scores are (1, 0), (0, 2) and (1, 1); the last has weight 0.
  const particles = withScores(2, [0, 0, 0, 1, 1, 1], [2, 0, 0, 2, 0, 0]);
  const metric = scoreMetric(particles, Float64Array.of(0.25, 0.75, 0), 0.5);
  expect(metric.isDiagonal).toBe(false);
  expect(metric.inverseMass[0]).toBeCloseTo(1 / 0.25, 12);
  expect(metric.inverseMass[1]).toBeCloseTo(1 / (0.75 * 4), 12);
  const velocity = new Float64Array(2);
  metric.velocity(Float64Array.of(1, 1), velocity);
  expect([...velocity]).toEqual([expect.closeTo(4, 12), expect.closeTo(1 / 3, 12)]);
});

test("scores that are not finite are left out", () => {
  const particles = withScores(1, [1, NaN, 3], [0, 0, 0]);
  expect(scoreMetric(particles, Float64Array.of(0.25, 0.5, 0.25), 1).inverseMass[0]).toBeCloseTo(1 / 5, 12);
});

test("a coordinate without a score falls back to a diagonal metric", () => {
  const metric = scoreMetric(withScores(2, [2, 0, -2, 0], [0, 0, 0, 0]), Float64Array.of(0.5, 0.5), 1);
  expect(metric.isDiagonal).toBe(true);
  expect([...metric.inverseMass]).toEqual([0.25, 1e12]);
});

test("many dimensions have a diagonal metric", () => {
  const dim = 40;
  const scores = Array.from({ length: 2 * dim }, (_, i) => 1 + (i % dim));
  const metric = scoreMetric(
    withScores(
      dim,
      scores,
      scores.map(() => 0),
    ),
    Float64Array.of(0.5, 0.5),
    1,
  );
  expect(metric.isDiagonal).toBe(true);
  for (let j = 0; j < dim; j++) expect(metric.inverseMass[j]).toBeCloseTo(1 / (1 + j) ** 2, 12);
});
