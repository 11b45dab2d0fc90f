import type { ConditionalDensity, Gradients } from "./conditionalDensity.ts";

/**
 * The mean of the members' densities, as a density of frozen members: log p = log (1/K) Σ_k p_k. Their weights are set
 * one by one; there is no gradient in them. A single member is returned as it is.
 */
export function createEnsembleDensity(members: readonly ConditionalDensity[], maxTerms: number): ConditionalDensity {
  if (members.length === 1) return members[0];
  const K = members.length;
  const logTermsOf = members.map(() => new Float64Array(maxTerms));
  const shares = members.map(() => new Float64Array(maxTerms));
  const share = new Float64Array(maxTerms);
  let numTerms = 0;
  return {
    numWeights: 0,
    setWeights() {
      throw new Error("set the weights of the members of an ensemble, one by one");
    },
    setTerms(terms) {
      numTerms = terms.numTerms;
      for (const member of members) member.setTerms(terms);
    },
    evaluate(features, numRows, logTerms) {
      for (let k = 0; k < K; k++) members[k].evaluate(features, numRows, logTermsOf[k]);
      for (let i = 0; i < numTerms; i++) logTerms[i] = logMeanAndShares(logTermsOf, shares, i);
    },
    pullback(adjoint, into: Gradients) {
      for (let k = 0; k < K; k++) {
        for (let i = 0; i < numTerms; i++) share[i] = adjoint[i] * shares[k][i];
        members[k].pullback(share, into);
      }
    },
    sample(rng, features, numRows, columns) {
      // Every member draws every term, and each term takes the draw of a member of its own choice.
      const choice = Int32Array.from({ length: numTerms }, () => Math.min(K - 1, Math.floor(K * rng.uniform())));
      const drawn = columns.map((column) => new Float64Array(column.length));
      for (let k = 0; k < K; k++) {
        members[k].sample(rng, features, numRows, drawn);
        columns.forEach((column, c) => {
          for (let i = 0; i < numTerms; i++) if (choice[i] === k) column[i] = drawn[c][i];
        });
      }
    },
  };
}

/** The log of the mean of the members' densities of term i; overwrites each member's share of it. */
function logMeanAndShares(logTermsOf: readonly Float64Array[], shares: readonly Float64Array[], i: number): number {
  const K = logTermsOf.length;
  let largest = -Infinity;
  for (let k = 0; k < K; k++) if (logTermsOf[k][i] > largest) largest = logTermsOf[k][i];
  let total = 0;
  for (let k = 0; k < K; k++) {
    // Where every member is -Infinity there is no share to give.
    const relative = largest === -Infinity ? 0 : Math.exp(logTermsOf[k][i] - largest);
    shares[k][i] = relative;
    total += relative;
  }
  for (let k = 0; k < K; k++) shares[k][i] = total > 0 ? shares[k][i] / total : 0;
  return largest + Math.log(total / K);
}
