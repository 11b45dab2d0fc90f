import type { Rng } from "@poolish/core";
import { cholesky, standardNormal } from "@poolish/math";

/** A multivariate normal. */
export interface NormalProposal {
  readonly dim: number;
  /** Overwrites the first `dim` numbers of `out`. */
  sample(rng: Rng, out: Float64Array): void;
  logProb(u: Float64Array): number;
}

const HALF_LOG_TWO_PI = 0.9189385332046728;
/** Added to each variance as a share of it, so that draws without spread or with perfect correlation have a factor. */
const RIDGE = 1e-6;
const SMALLEST_VARIANCE = 1e-12;

/** The normal with the moments of `rows` (numRows × dim, row-major). */
export function normalProposal(rows: Float64Array, dim: number): NormalProposal {
  const mean = new Float64Array(dim);
  const covariance = new Float64Array(dim * dim);
  const numRows = rows.length / dim;
  for (let i = 0; i < rows.length; i++) mean[i % dim] += rows[i] / numRows;
  for (let r = 0; r < numRows; r++) {
    for (let i = 0; i < dim; i++) {
      const deviation = rows[r * dim + i] - mean[i];
      for (let j = 0; j <= i; j++) covariance[i * dim + j] += (deviation * (rows[r * dim + j] - mean[j])) / numRows;
    }
  }
  for (let i = 0; i < dim; i++) covariance[i * dim + i] += RIDGE * covariance[i * dim + i] + SMALLEST_VARIANCE;
  const factor = cholesky(covariance, dim);
  if (factor === undefined) throw new Error("the covariance of a group's draws has no Cholesky factor");
  let logNormaliser = -dim * HALF_LOG_TWO_PI;
  for (let i = 0; i < dim; i++) logNormaliser -= Math.log(factor[i * dim + i]);
  const z = new Float64Array(dim);
  return {
    dim,
    sample(rng, out) {
      for (let i = 0; i < dim; i++) z[i] = standardNormal(rng);
      for (let i = 0; i < dim; i++) {
        out[i] = mean[i];
        for (let j = 0; j <= i; j++) out[i] += factor[i * dim + j] * z[j];
      }
    },
    logProb(u) {
      let sum = 0;
      for (let i = 0; i < dim; i++) {
        let rest = u[i] - mean[i];
        for (let j = 0; j < i; j++) rest -= factor[i * dim + j] * z[j];
        z[i] = rest / factor[i * dim + i];
        sum += z[i] * z[i];
      }
      return logNormaliser - 0.5 * sum;
    },
  };
}
