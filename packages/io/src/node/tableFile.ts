import { extname } from "node:path";
import { PoolishError } from "@poolish/core";
import { formatCsv, parseCsv } from "../csv.ts";
import { tableFromParquet, tableToParquet } from "../parquet.ts";
import type { Table } from "../table.ts";
import { readBytes } from "./readBytes.ts";
import { writeFileAtomic } from "./writeFileAtomic.ts";

/**
 * The table in a .csv or .parquet file.
 * @throws PoolishError for another extension, a file that cannot be read, and whatever `parseCsv` or `tableFromParquet`
 * find wrong.
 */
export async function readTable(path: string): Promise<Table> {
  const format = formatOf(path);
  const bytes = await readBytes(path, "a table");
  if (format === ".csv") return parseCsv(new TextDecoder().decode(bytes), { source: path });
  return (await tableFromParquet(bytes, path)).table;
}

/**
 * Writes a table whole or not at all, as the extension says: .csv or .parquet.
 * @throws PoolishError for another extension or a file that cannot be written.
 */
export async function writeTable(path: string, table: Table): Promise<void> {
  await writeFileAtomic(path, formatOf(path) === ".csv" ? formatCsv(table) : tableToParquet(table));
}

function formatOf(path: string): ".csv" | ".parquet" {
  const extension = extname(path).toLowerCase();
  if (extension === ".csv" || extension === ".parquet") return extension;
  throw new PoolishError(`cannot tell the format of a table from the extension "${extension}"`, {
    kind: "input",
    field: path,
    remedy: "Name a .csv or a .parquet file.",
  });
}
