import { parseCsv } from "@poolish/io";
import { readBytesSync } from "@poolish/io/node";
import { programFile } from "./programFile.ts";

/** A row of a table by column name. */
export type TableRow = Readonly<Record<string, number | string>>;

/**
 * Reads comma-separated text with a header line into an array of rows. Columns of numbers hold numbers, NaN where a
 * cell is missing; others hold text.
 * @throws PoolishError when there is no such file, or when it is not such a table.
 */
export function readTable(path: unknown): readonly TableRow[] {
  const file = programFile(path, "readTable");
  const text = new TextDecoder().decode(readBytesSync(file, "a table"));
  const { numRows, columns } = parseCsv(text, { source: file });
  const entries = Object.entries(columns);
  return Array.from({ length: numRows }, (_, row) =>
    Object.fromEntries(entries.map(([name, column]) => [name, column[row]])),
  );
}
