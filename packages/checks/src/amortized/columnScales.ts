/** Means and standard deviations of the columns of rows; a constant column has a standard deviation of 1. */
export interface ColumnScales {
  readonly means: Float64Array;
  readonly standardDeviations: Float64Array;
}

export function columnScales(rows: readonly Float64Array[]): ColumnScales {
  const count = rows.length;
  const means = rows[0].map((_, c) => rows.reduce((sum, row) => sum + row[c] / count, 0));
  const standardDeviations = means.map((mean, c) => {
    const variance = rows.reduce((sum, row) => sum + (row[c] - mean) ** 2 / Math.max(1, count - 1), 0);
    return variance > 0 ? Math.sqrt(variance) : 1;
  });
  return { means, standardDeviations };
}
