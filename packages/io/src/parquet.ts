import { PoolishError } from "@poolish/core";
import { type DecodedArray, type ParquetScan, parquetScan, parquetSchema } from "hyparquet";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { describeCause, fileError } from "./fileError.ts";
import { type Table, type TableColumn, tableFromColumns } from "./table.ts";

export interface ParquetContents {
  readonly table: Table;
  /** The file's own key–value pairs, as text. */
  readonly metadata: Record<string, string>;
}

const DAMAGED = "The file is truncated, damaged or no Parquet file: copy or write it again.";
const CONVERT = "Write the column as numbers or text, or drop it.";

/**
 * A Parquet file (Snappy) of the table: numbers as DOUBLE, so that each comes back to the bit, text as UTF-8 strings;
 * no nulls. Python reads it with `pandas.read_parquet`; `metadata` is the schema metadata of pyarrow.
 */
export function tableToParquet(table: Table, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const { columns } = tableFromColumns(table.columns);
  // The dictionary that the writer would otherwise choose for repeated numbers takes 0 and -0 for one.
  const columnData = Object.entries(columns).map(
    ([name, data]): ColumnSource =>
      data instanceof Float64Array
        ? { name, data, type: "DOUBLE", encoding: "PLAIN", nullable: false }
        : { name, data: [...data], type: "STRING", nullable: false },
  );
  const kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata }));
}

/**
 * The table in a flat Parquet file of numbers, booleans (0, 1) and text, uncompressed or Snappy; nulls are NaN and "".
 * @throws PoolishError (kind file) for bytes that are truncated or not Parquet, and for a column of another type.
 */
export async function tableFromParquet(bytes: Uint8Array, source?: string): Promise<ParquetContents> {
  try {
    const scan = await parquetScan({ file: new Uint8Array(bytes).buffer });
    const pairs = scan.metadata.key_value_metadata ?? [];
    const metadata = Object.fromEntries(pairs.map(({ key, value }) => [key, value ?? ""]));
    return { table: await readTable(scan, source), metadata };
  } catch (cause) {
    if (cause instanceof PoolishError) throw cause;
    // The decoder meets a damaged file as all kinds of errors (RangeError, TypeError): nothing but bytes can cause them.
    throw fileError(`cannot read this as Parquet (${describeCause(cause)})`, {
      source: source ?? "the Parquet bytes",
      remedy: DAMAGED,
      cause,
    });
  }
}

async function readTable(scan: ParquetScan, source: string | undefined): Promise<Table> {
  const columns: [string, TableColumn][] = [];
  for (const { element, children } of parquetSchema(scan.metadata).children) {
    const { name, type } = element;
    if (children.length > 0) throw fileError("the column is nested", { source, field: name, remedy: CONVERT });
    const cells = await readColumn(scan, name);
    columns.push([name, type === "BYTE_ARRAY" ? toText(cells, name, source) : toNumbers(cells, name, source)]);
  }
  return tableFromColumns(Object.fromEntries(columns));
}

async function readColumn(scan: ParquetScan, column: string): Promise<unknown[]> {
  const cells: unknown[] = [];
  for (const { rowStart, rowEnd } of scan.ranges) {
    const part: DecodedArray = await scan.readColumn({ column, rowStart, rowEnd });
    if (part.length !== rowEnd - rowStart) throw new Error(`column ${column} has too few rows`);
    for (let i = 0; i < part.length; i++) cells.push(part[i]);
  }
  if (cells.length !== Number(scan.metadata.num_rows)) throw new Error(`column ${column} has too few rows`);
  return cells;
}

function toText(cells: readonly unknown[], field: string, source: string | undefined): string[] {
  return cells.map((cell, row) => {
    if (typeof cell === "string") return cell;
    if (cell === null || cell === undefined) return "";
    throw fileError("the column is neither numbers nor text", { source, field, row, remedy: CONVERT });
  });
}

function toNumbers(cells: readonly unknown[], field: string, source: string | undefined): Float64Array {
  return Float64Array.from(cells, (cell, row) => {
    if (typeof cell === "number") return cell;
    if (cell === null || cell === undefined) return Number.NaN;
    if (typeof cell === "boolean") return Number(cell);
    if (typeof cell === "bigint" && BigInt(Number(cell)) === cell) return Number(cell);
    const what = typeof cell === "bigint" ? `the integer ${cell} does not fit a double` : "the column is no numbers";
    throw fileError(what, { source, field, row, remedy: CONVERT });
  });
}
