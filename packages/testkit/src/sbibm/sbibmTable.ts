import { PoolishError } from "@poolish/core";

/** Numbers of one of sbibm's CSV files. */
export interface SbibmTable {
  /** Row-major. */
  readonly values: Float64Array;
  readonly numColumns: number;
  readonly numRows: number;
}

/**
 * Reads an observation, true parameters or reference posterior samples: a line of names, then numbers.
 * @throws PoolishError (file) with the row for a field that is not a finite number or a row of another length.
 */
export function parseSbibmTable(text: string): SbibmTable {
  const [header, ...lines] = text.trim().split(/\r?\n/);
  const numColumns = header.split(",").length;
  const values = new Float64Array(lines.length * numColumns);
  lines.forEach((line, row) => {
    const fields = line.split(",");
    const numbers = fields.map((field) => (field.trim() === "" ? NaN : Number(field)));
    if (fields.length !== numColumns || !numbers.every(Number.isFinite)) {
      throw new PoolishError(`expected ${numColumns} finite numbers, got "${line}"`, {
        kind: "file",
        field: "sbibm table",
        row,
        remedy: "Pass the unpacked text of one of sbibm's CSV files.",
      });
    }
    values.set(numbers, row * numColumns);
  });
  return { values, numColumns, numRows: lines.length };
}
