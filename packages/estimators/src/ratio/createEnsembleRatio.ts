import type { TermFunction } from "../density/createBlockedDensity.ts";

/**
 * The mean of the members' log ratios: a member's unknown function of x then stays a function of x, which the mean of the
 * ratios themselves would mix with θ.
 */
export function createEnsembleRatio(members: readonly TermFunction[], maxTerms: number): TermFunction {
  if (members.length === 1) return members[0];
  const K = members.length;
  const own = new Float64Array(maxTerms);
  let numTerms = 0;
  return {
    setTerms(terms) {
      numTerms = terms.numTerms;
      for (const member of members) member.setTerms(terms);
    },
    evaluate(features, numRows, logRatios) {
      logRatios.fill(0, 0, numTerms);
      for (const member of members) {
        member.evaluate(features, numRows, own);
        for (let i = 0; i < numTerms; i++) logRatios[i] += own[i] / K;
      }
    },
    pullback(adjoint, into) {
      for (let i = 0; i < numTerms; i++) own[i] = adjoint[i] / K;
      for (const member of members) member.pullback(own, into);
    },
  };
}
