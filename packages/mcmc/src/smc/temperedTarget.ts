import type { LogDensity, TemperedDensity } from "@poolish/core";

/** prior · likelihood^temperature, which remembers the parts of its last evaluation. */
export interface TemperedTarget extends LogDensity {
  /** From 0 (the prior) to 1 (the posterior). */
  temperature: number;
  logPrior: number;
  /** -Infinity where the likelihood is 0 or failed, or where the prior made it pointless to ask. */
  logLikelihood: number;
  readonly priorGradient: Float64Array;
  readonly likelihoodGradient: Float64Array;
  numGradients: number;
}

/** The path between prior and posterior. The object is scratch of one sampler: its fields change with each evaluation. */
export function createTemperedTarget(density: TemperedDensity): TemperedTarget {
  const { dim } = density;
  const priorGradient = new Float64Array(dim);
  const likelihoodGradient = new Float64Array(dim);
  const target: TemperedTarget = {
    dim,
    temperature: 0,
    logPrior: NaN,
    logLikelihood: NaN,
    priorGradient,
    likelihoodGradient,
    numGradients: 0,
    valueAndGradient(position, gradient) {
      target.numGradients++;
      target.logPrior = density.logPrior(position, priorGradient);
      target.logLikelihood = -Infinity;
      if (!Number.isFinite(target.logPrior)) return -Infinity;
      const logLikelihood = density.logLikelihood(position, likelihoodGradient);
      if (!Number.isFinite(logLikelihood)) return -Infinity;
      target.logLikelihood = logLikelihood;
      const { temperature } = target;
      for (let j = 0; j < dim; j++) gradient[j] = priorGradient[j] + temperature * likelihoodGradient[j];
      return target.logPrior + temperature * logLikelihood;
    },
  };
  return target;
}
