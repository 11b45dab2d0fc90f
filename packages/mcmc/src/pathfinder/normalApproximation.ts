import type { Rng } from "@poolish/core";
import { type LowRankFactors, lowRankMetric } from "../lowRankMetric.ts";

/** A multivariate normal whose covariance is diagonal plus low rank. Owns scratch: not for two uses at a time. */
export interface NormalApproximation {
  readonly mean: Float64Array;
  /** The covariance. */
  readonly covariance: LowRankFactors;
  /** Overwrites `position` with a draw (algorithm 4 of the paper). */
  draw(rng: Rng, position: Float64Array): void;
  /** Normalised log-density at `position`. */
  logProb(position: Float64Array): number;
}

/** Normal(mean, covariance); the arguments are not copied. */
export function normalApproximation(mean: Float64Array, covariance: LowRankFactors): NormalApproximation {
  const { scale, eigenvalues, eigenvectors } = covariance;
  const dim = mean.length;
  const metric = lowRankMetric(covariance);
  const inverse = lowRankMetric({
    scale: scale.map(reciprocal),
    eigenvalues: eigenvalues.map(reciprocal),
    eigenvectors,
  });
  const sumOfLogs = (values: Float64Array) => values.reduce((sum, value) => sum + Math.log(value), 0);
  const logNormaliser = sumOfLogs(scale) + 0.5 * sumOfLogs(eigenvalues) + 0.5 * dim * Math.log(2 * Math.PI);
  const offset = new Float64Array(dim);
  const scratch = new Float64Array(dim);
  return {
    mean,
    covariance,
    draw(rng, position) {
      // Σ p with p ~ Normal(0, Σ⁻¹) has covariance Σ: a velocity is such a draw.
      metric.drawMomentum(rng, offset);
      metric.velocity(offset, position);
      for (let i = 0; i < dim; i++) position[i] += mean[i];
    },
    logProb(position) {
      for (let i = 0; i < dim; i++) offset[i] = position[i] - mean[i];
      return -inverse.velocity(offset, scratch) - logNormaliser;
    },
  };
}

function reciprocal(value: number): number {
  return 1 / value;
}
