import { PoolishError } from "@poolish/core";

/** Draws of a vector: `values` is row-major, one row a draw, `numColumns` numbers a row. All finite. */
export interface Samples {
  readonly values: ArrayLike<number>;
  readonly numColumns: number;
}

export function numRowsOf({ values, numColumns }: Samples): number {
  return values.length / numColumns;
}

/** @throws PoolishError (input) naming `field` for a ragged table, fewer than `minimumRows` rows, or a value that is not finite (with its row). */
export function requireSamples(field: string, samples: Samples, minimumRows: number): void {
  const { values, numColumns } = samples;
  const refuse = (message: string, remedy: string, row?: number): never => {
    throw new PoolishError(message, { kind: "input", field, remedy, ...(row === undefined ? {} : { row }) });
  };
  if (!(Number.isInteger(numColumns) && numColumns >= 1 && Number.isInteger(numRowsOf(samples)))) {
    refuse(`${values.length} values do not fill rows of ${numColumns}`, "Pass row-major values and their numColumns.");
  }
  if (numRowsOf(samples) < minimumRows) {
    refuse(`${numRowsOf(samples)} rows are too few`, `Pass ${minimumRows} draws or more.`);
  }
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    const row = Math.floor(i / numColumns);
    refuse(`column ${i % numColumns} is ${values[i]}`, "Remove or mend draws that are not finite.", row);
  }
}

/** @throws PoolishError (input) unless both have the same number of columns. */
export function requireSameColumns(x: Samples, y: Samples): void {
  if (x.numColumns === y.numColumns) return;
  throw new PoolishError(`x has ${x.numColumns} columns, y has ${y.numColumns}`, {
    kind: "input",
    field: "y",
    remedy: "Compare draws of the same quantities, in the same order.",
  });
}
