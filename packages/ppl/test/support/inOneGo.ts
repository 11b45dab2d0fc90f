import type { BoundLikelihood, Likelihood } from "@poolish/core";

/**
 * The likelihood as one that gives values and gradients in one go, two terms after two, and refuses to be asked in two steps. What a
 * run of terms may not know yet is NaN when `beforePullback` is called. Without runs it is an older one, which leaves that out.
 */
export function inOneGo(likelihood: Likelihood, hasRuns = true): Likelihood {
  return {
    ...likelihood,
    bind(columns, row, numRows) {
      const bound = likelihood.bind(columns, row, numRows);
      if (!hasRuns) return { ...bound, evaluateWithGradient: withoutRuns(bound) };
      const refuse = () => {
        throw new Error("asked in two steps");
      };
      return {
        ...bound,
        evaluate: refuse,
        pullback: refuse,
        evaluateWithGradient(theta, adjoint, logTerms, thetaGradient, beforePullback) {
          const terms = new Float64Array(bound.numTerms);
          const read = new Float64Array(bound.numTerms);
          bound.evaluate(theta, terms);
          logTerms.fill(Number.NaN);
          for (let first = 0; first < bound.numTerms; first += 2) {
            const end = Math.min(first + 2, bound.numTerms);
            logTerms.set(terms.subarray(first, end), first);
            beforePullback?.(first, end);
            read.set(adjoint.subarray(first, end), first);
          }
          bound.pullback(read, thetaGradient);
        },
      };
    },
  };
}

function withoutRuns({ evaluate, pullback }: BoundLikelihood): NonNullable<BoundLikelihood["evaluateWithGradient"]> {
  return (theta, adjoint, logTerms, thetaGradient) => {
    evaluate(theta, logTerms);
    pullback(adjoint, thetaGradient);
  };
}
