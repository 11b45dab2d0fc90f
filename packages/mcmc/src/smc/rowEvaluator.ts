import type { TemperedDensity } from "@poolish/core";

/** Rows of positions, row-major, with their densities; `count` rows are evaluated, more have room. */
export interface EvaluatedRows {
  readonly positions: Float64Array;
  readonly logPrior: Float64Array;
  readonly logLikelihood: Float64Array;
  readonly priorGradients: Float64Array;
  readonly likelihoodGradients: Float64Array;
}

/** Room for `capacity` rows. */
export function createRows(capacity: number, dim: number): EvaluatedRows {
  return {
    positions: new Float64Array(capacity * dim),
    logPrior: new Float64Array(capacity),
    logLikelihood: new Float64Array(capacity),
    priorGradients: new Float64Array(capacity * dim),
    likelihoodGradients: new Float64Array(capacity * dim),
  };
}

/**
 * Overwrites the densities and gradients of the first `count` rows. A log-likelihood that is NaN or +Infinity becomes
 * -Infinity, and so does one where the prior is not finite.
 */
export type EvaluateRows = (rows: EvaluatedRows, count: number) => void;

/** Evaluates prior and likelihood: all rows at once where `density` can, else one by one. Owns its scratch. */
export function rowEvaluator(density: TemperedDensity): EvaluateRows {
  const { logPartsBatch } = density;
  const evaluateAll = logPartsBatch === undefined ? oneByOne(density) : atOnce(logPartsBatch);
  return (rows, count) => {
    evaluateAll(rows, count);
    const { logPrior, logLikelihood } = rows;
    for (let i = 0; i < count; i++) {
      if (!(Number.isFinite(logPrior[i]) && Number.isFinite(logLikelihood[i]))) logLikelihood[i] = -Infinity;
    }
  };
}

function atOnce(logPartsBatch: NonNullable<TemperedDensity["logPartsBatch"]>): EvaluateRows {
  return ({ positions, logPrior, logLikelihood, priorGradients, likelihoodGradients }, count) =>
    logPartsBatch(positions, count, logPrior, logLikelihood, priorGradients, likelihoodGradients);
}

function oneByOne(density: TemperedDensity): EvaluateRows {
  const { dim } = density;
  const position = new Float64Array(dim);
  const priorGradient = new Float64Array(dim);
  const likelihoodGradient = new Float64Array(dim);
  return ({ positions, logPrior, logLikelihood, priorGradients, likelihoodGradients }, count) => {
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < dim; j++) position[j] = positions[i * dim + j];
      logPrior[i] = density.logPrior(position, priorGradient);
      logLikelihood[i] = Number.isFinite(logPrior[i]) ? density.logLikelihood(position, likelihoodGradient) : -Infinity;
      for (let j = 0; j < dim; j++) {
        priorGradients[i * dim + j] = priorGradient[j];
        likelihoodGradients[i * dim + j] = likelihoodGradient[j];
      }
    }
  };
}
