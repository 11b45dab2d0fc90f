import type { BoundLikelihood } from "@poolish/core";

/** `BoundLikelihood.evaluateWithGradient`, whose `beforePullback` is always called. */
export type EvaluateInRuns = (
  theta: Float64Array,
  adjoint: Float64Array,
  logTerms: Float64Array,
  thetaGradient: Float64Array,
  beforePullback: (first: number, end: number) => void,
) => void;

/**
 * What gives values and gradients in one go, run by run; undefined where the likelihood does not offer it. One that never calls
 * `beforePullback`, because it was written before there was any, is asked in two steps from then on.
 */
export function evaluateInRuns(bound: BoundLikelihood): EvaluateInRuns | undefined {
  const { evaluateWithGradient, numTerms } = bound;
  if (evaluateWithGradient === undefined) return undefined;
  let knowsRuns: boolean | undefined;
  return (theta, adjoint, logTerms, thetaGradient, beforePullback) => {
    if (knowsRuns !== false) {
      const untouched = knowsRuns === undefined ? thetaGradient.slice() : thetaGradient;
      let wasCalled = numTerms === 0;
      evaluateWithGradient.call(bound, theta, adjoint, logTerms, thetaGradient, (first, end) => {
        wasCalled = true;
        beforePullback(first, end);
      });
      knowsRuns ??= wasCalled;
      if (knowsRuns) return;
      thetaGradient.set(untouched);
    }
    bound.evaluate(theta, logTerms);
    beforePullback(0, numTerms);
    bound.pullback(adjoint, thetaGradient);
  };
}
