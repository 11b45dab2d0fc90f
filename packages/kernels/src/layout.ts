/** Columns of a matrix with padding: the next multiple of 8, which is also its leading dimension. */
export function paddedColumns(columns: number): number {
  return (columns + 7) & ~7;
}

/** Rows of a matrix with padding: the next multiple of 4. */
export function paddedRows(rows: number): number {
  return (rows + 3) & ~3;
}

/** Float32 elements of a padded row-major matrix: `paddedRows(rows) * paddedColumns(columns)`. */
export function matrixLength(rows: number, columns: number): number {
  return paddedRows(rows) * paddedColumns(columns);
}
