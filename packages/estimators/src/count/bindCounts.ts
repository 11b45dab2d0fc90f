import { PoolishError } from "@poolish/core";
import type { CountTerms } from "./countMixture.ts";
import { type CountScale, countEdge } from "./countScale.ts";

/** Counts by θ row with repeats merged, in the order that `CountDensity.evaluate` wants. */
export interface BoundCounts extends CountTerms {
  readonly multiplicity: Float64Array;
  readonly termOfTrial: Int32Array;
}

/** Throws a typed error for the first entry that is not a count. */
export function requireCounts(column: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isInteger(value) && value >= 0) continue;
    const what = Number.isNaN(value) ? "a missing value (NaN)" : String(value);
    throw new PoolishError(`${what} is not a count, which is a whole number of at least 0`, {
      kind: "input",
      field: column,
      row: i,
      remedy: "Correct the row or leave it out; declare the column continuous if it is not a count.",
    });
  }
}

/** Merges equal (row, count) pairs: one term each, with its multiplicity. `row[i]` must lie in [0, numRows). */
export function bindCounts(
  scale: CountScale,
  counts: ArrayLike<number>,
  row: Int32Array,
  numRows: number,
): BoundCounts {
  const termsOfRow = Array.from({ length: numRows }, () => new Map<number, number>());
  for (let i = 0; i < row.length; i++) {
    const multiplicities = termsOfRow[row[i]];
    multiplicities.set(counts[i], (multiplicities.get(counts[i]) ?? 0) + 1);
  }
  const terms = termsOfRow.flatMap((multiplicities, r) =>
    [...multiplicities].sort(([a], [b]) => a - b).map(([count, multiplicity]) => ({ row: r, count, multiplicity })),
  );
  const firstOfRow = termsOfRow.map(() => new Map<number, number>());
  terms.forEach(({ row: r, count }, term) => {
    firstOfRow[r].set(count, term);
  });
  return {
    numTerms: terms.length,
    rowOfTerm: Int32Array.from(terms, (term) => term.row),
    lower: Float64Array.from(terms, ({ count }) => countEdge(scale, count)),
    upper: Float64Array.from(terms, ({ count }) => countEdge(scale, count + 1)),
    multiplicity: Float64Array.from(terms, ({ multiplicity }) => multiplicity),
    termOfTrial: Int32Array.from(row, (r, i) => firstOfRow[r].get(counts[i]) ?? -1),
  };
}
