/** Trials with equal θ row and equal data, merged: a term is a distinct (row, x) pair. Terms of one row stand together. */
export interface MergedTrials {
  readonly numTerms: number;
  readonly rowOfTerm: Int32Array;
  /** How many trials share each term. */
  readonly multiplicity: Float64Array;
  readonly termOfTrial: Int32Array;
  /** A trial of each term: where to read its data. */
  readonly trialOfTerm: Int32Array;
}

/**
 * Merges trials that agree in `row` and in every one of `columns` (all as long as `row`); within a row, terms are
 * in rising order of the columns, first column first.
 */
export function mergeTrials(columns: readonly ArrayLike<number>[], row: Int32Array): MergedTrials {
  const compare = (a: number, b: number): number => {
    if (row[a] !== row[b]) return row[a] - row[b];
    for (const column of columns) if (column[a] !== column[b]) return column[a] - column[b];
    return 0;
  };
  const order = Int32Array.from(row, (_, trial) => trial).sort((a, b) => compare(a, b) || a - b);
  const termOfTrial = new Int32Array(row.length);
  const firsts: number[] = [];
  order.forEach((trial, i) => {
    if (i === 0 || compare(order[i - 1], trial) !== 0) firsts.push(trial);
    termOfTrial[trial] = firsts.length - 1;
  });
  const multiplicity = new Float64Array(firsts.length);
  for (const term of termOfTrial) multiplicity[term]++;
  return {
    numTerms: firsts.length,
    rowOfTerm: Int32Array.from(firsts, (trial) => row[trial]),
    multiplicity,
    termOfTrial,
    trialOfTerm: Int32Array.from(firsts),
  };
}
