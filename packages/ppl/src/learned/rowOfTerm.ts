import type { BoundLikelihood } from "@poolish/core";

/** The θ row of each term, from those of the trials; fresh. */
export function rowOfTerm({ numTerms, termOfTrial }: BoundLikelihood, row: Int32Array): Int32Array {
  const rows = new Int32Array(numTerms);
  for (let i = 0; i < row.length; i++) rows[termOfTrial[i]] = row[i];
  return rows;
}
