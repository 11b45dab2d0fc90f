import type { Columns, Likelihood } from "@poolish/core";
import { type SbibmPosterior, type SbibmTask, sbibmPosterior } from "@poolish/testkit";

/** Particles whose likelihoods are computed in one call. */
const BATCH = 256;

/**
 * The posterior of `task` given the one observation `x`, with a learned likelihood in place of the exact one. Many particles
 * are evaluated in one call: each is a θ row of the same observation.
 */
export function learnedSbibmPosterior(task: SbibmTask, likelihood: Likelihood, x: Float64Array): SbibmPosterior {
  const dim = task.parameters.length;
  const one = bindRows(task, likelihood, x, 1);
  const many = bindRows(task, likelihood, x, BATCH);
  const single = new Float64Array(1);
  const learned: SbibmTask = {
    ...task,
    logLikelihood(theta, _x, gradient) {
      one.evaluate(theta, single);
      gradient.fill(0);
      one.pullback(new Float64Array([1]), gradient);
      return single[0];
    },
  };
  const posterior = sbibmPosterior(learned, x);
  const theta = new Float64Array(BATCH * dim);
  const thetaGradient = new Float64Array(BATCH * dim);
  const logTerms = new Float64Array(BATCH);
  const ones = new Float64Array(BATCH).fill(1);
  const pulled = new Float64Array(dim);
  return {
    ...posterior,
    logPartsBatch(positions, count, logPriors, logLikelihoods, priorGradients, likelihoodGradients) {
      for (let start = 0; start < count; start += BATCH) {
        const size = Math.min(BATCH, count - start);
        for (let i = 0; i < size; i++) {
          const at = (start + i) * dim;
          const position = positions.subarray(at, at + dim);
          const gradient = priorGradients?.subarray(at, at + dim) ?? pulled;
          logPriors[start + i] = posterior.logPrior(position, gradient);
          posterior.constrain(position, theta.subarray(i * dim, (i + 1) * dim));
        }
        many.evaluate(theta, logTerms);
        for (let i = 0; i < size; i++) {
          logLikelihoods[start + i] = Number.isFinite(logPriors[start + i]) ? logTerms[i] : -Infinity;
        }
        if (likelihoodGradients === undefined) continue;
        thetaGradient.fill(0);
        many.pullback(ones, thetaGradient);
        for (let i = 0; i < size; i++) {
          const at = (start + i) * dim;
          const own = thetaGradient.subarray(i * dim, (i + 1) * dim);
          const into = likelihoodGradients.subarray(at, at + dim);
          posterior.pullback(positions.subarray(at, at + dim), theta.subarray(i * dim, (i + 1) * dim), own, into);
        }
      }
    },
  };
}

function bindRows(task: SbibmTask, likelihood: Likelihood, x: Float64Array, numRows: number) {
  const columns: Columns = Object.fromEntries(
    task.columns.map(({ name }, c) => [name, new Float64Array(numRows).fill(x[c])]),
  );
  return likelihood.bind(
    columns,
    Int32Array.from({ length: numRows }, (_, r) => r),
    numRows,
  );
}
