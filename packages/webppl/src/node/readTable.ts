import { extname } from "node:path";
import { parseCsv, type Table, tableFromParquet } from "@poolish/io";
import { readBytesSync } from "@poolish/io/node";
import { programFile } from "./programFile.ts";

/** A row of a table by column name. */
export type TableRow = Readonly<Record<string, number | string>>;

/**
 * Reads a table into an array of rows: comma-separated text with a header line, at once; a .parquet file, in a while.
 * Columns of numbers hold numbers, NaN where a cell is missing; others hold text.
 * @throws PoolishError when there is no such file, or when it is not such a table.
 */
export function readTable(path: unknown): readonly TableRow[] | Promise<readonly TableRow[]> {
  const file = programFile(path, "readTable");
  const bytes = readBytesSync(file, "a table");
  if (extname(file).toLowerCase() === ".parquet") {
    return tableFromParquet(bytes, file).then(({ table }) => rowsOf(table));
  }
  return rowsOf(parseCsv(new TextDecoder().decode(bytes), { source: file }));
}

function rowsOf({ numRows, columns }: Table): readonly TableRow[] {
  const entries = Object.entries(columns);
  return Array.from({ length: numRows }, (_, row) =>
    Object.fromEntries(entries.map(([name, column]) => [name, column[row]])),
  );
}
