import { diagonalMetric, type Metric } from "../metric.ts";
import { denseMetric } from "./denseMetric.ts";
import type { Particles } from "./particles.ts";

/** Above this, a dense metric costs more than most gradients do. */
const LARGEST_DENSE_DIM = 32;
/** The variance of a score is kept within this factor of 1 either way: a coordinate that never matters may have none. */
const SMALLEST_SCORE_VARIANCE = 1e-12;

/**
 * The metric of mass matrix M, lower triangle (`scoreMass`); of its diagonal alone above 32 dimensions or where M is
 * singular to working precision.
 */
export function metricFromMass(mass: Float64Array, dim: number): Metric {
  const dense = dim <= LARGEST_DENSE_DIM ? denseMetric(mass, dim) : undefined;
  if (dense !== undefined) return dense;
  return diagonalMetric(Float64Array.from({ length: dim }, (_, j) => 1 / clamp(mass[j * dim + j])));
}

function clamp(variance: number): number {
  return Math.min(Math.max(variance, SMALLEST_SCORE_VARIANCE), 1 / SMALLEST_SCORE_VARIANCE);
}

/**
 * The second moment of the score, M = E[g gᵀ] with g = ∂ log density / ∂ position, over the weighted particles with a
 * finite one: the mass matrix of their moves. For a Gaussian that is the inverse covariance. With several modes it is an
 * average of their own precisions, where the covariance would measure the distance between them. The lower triangle of
 * dim × dim, row-major; its diagonal alone above 32 dimensions.
 */
export function scoreMass(particles: Particles, weights: Float64Array, temperature: number): Float64Array {
  const { count, dim, priorGradients, likelihoodGradients } = particles;
  const isDense = dim <= LARGEST_DENSE_DIM;
  const moments = new Float64Array(dim * dim);
  const score = new Float64Array(dim);
  let mass = 0;
  for (let i = 0; i < count; i++) {
    if (!(weights[i] > 0)) continue;
    let sum = 0;
    for (let j = 0; j < dim; j++) {
      score[j] = priorGradients[i * dim + j] + temperature * likelihoodGradients[i * dim + j];
      sum += score[j];
    }
    if (!Number.isFinite(sum)) continue;
    mass += weights[i];
    for (let j = 0; j < dim; j++) {
      for (let k = isDense ? 0 : j; k <= j; k++) moments[j * dim + k] += weights[i] * score[j] * score[k];
    }
  }
  for (let j = 0; j < moments.length; j++) moments[j] /= mass;
  return moments;
}
