import { CsvError, parse } from "csv-parse/browser/esm/sync";
import { describeCause, fileError } from "./fileError.ts";
import { parseCell } from "./parseCell.ts";
import { type Table, type TableColumn, tableFromColumns } from "./table.ts";

export interface CsvOptions {
  /** The file that the text came from, for messages. */
  readonly source?: string;
}

/**
 * The table in comma-separated text (RFC 4180) with a header line. A column is numeric when each of its cells is a
 * number or missing (empty, NA, NaN → NaN), and text otherwise, with its cells as they stand. Space around cells, a
 * byte order mark and empty lines are ignored.
 * @throws PoolishError (kind file) for text that is empty, has no header, repeats or omits a column name, has a row
 * of another length than the header or a broken quotation; names the line or the column.
 */
export function parseCsv(text: string, options: CsvOptions = {}): Table {
  const source = options.source ?? "the CSV text";
  const records = parseRecords(text, source);
  const header = records[0];
  if (header === undefined)
    throw fileError("there is nothing in it", { source, remedy: "Give a header line and rows." });
  checkHeader(header, source);
  const rows = records.slice(1);
  const column = (j: number): TableColumn => numbersOf(rows, j) ?? rows.map((row) => row[j]);
  return tableFromColumns(Object.fromEntries(header.map((name, j) => [name, column(j)])));
}

/**
 * Comma-separated text that `parseCsv` reads back: numbers to their last digit, NaN as NaN, text quoted where it has
 * to be. Only a text column in which every cell looks like a number comes back as numbers.
 */
export function formatCsv(table: Table): string {
  const { numRows, columns } = tableFromColumns(table.columns);
  const cells = Object.values(columns);
  const lines = [Object.keys(columns).map(quote).join(",")];
  for (let row = 0; row < numRows; row++) lines.push(cells.map((column) => formatCell(column[row])).join(","));
  return `${lines.join("\n")}\n`;
}

function parseRecords(text: string, source: string): string[][] {
  try {
    return parse(text, { bom: true, trim: true, skip_empty_lines: true, record_delimiter: ["\r\n", "\n", "\r"] });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw csvFault(cause, source);
  }
}

function csvFault(cause: CsvError, source: string): Error {
  const { code, lines: line, record, records } = cause;
  if (code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH" && Array.isArray(record)) {
    const message = `line ${line} has ${record.length} cells, which is not what the header has`;
    const row = Number(records) - 1;
    return fileError(message, { source, row, remedy: "Give each line one cell for each column.", cause });
  }
  const remedy = `Mend the quotation marks on line ${line} (write "" for a quotation mark inside a quoted cell).`;
  return fileError(describeCause(cause), { source, remedy, cause });
}

function checkHeader(header: readonly string[], source: string): void {
  if (header.every((name) => Number.isFinite(parseCell(name)))) {
    const message = `there is no header: the first line holds the numbers ${header.join(", ")}`;
    throw fileError(message, { source, remedy: "Name the columns in the first line." });
  }
  header.forEach((name, j) => {
    if (name === "") {
      const remedy = "Name it in the first line (pandas: to_csv(path, index=False)).";
      throw fileError(`column ${j + 1} has no name`, { source, remedy });
    }
    if (header.indexOf(name) === j) return;
    const message = `columns ${header.indexOf(name) + 1} and ${j + 1} have the same name`;
    throw fileError(message, { source, field: name, remedy: "Rename one of them." });
  });
}

function numbersOf(rows: readonly string[][], j: number): Float64Array | undefined {
  const numbers = new Float64Array(rows.length);
  for (let row = 0; row < rows.length; row++) {
    const value = parseCell(rows[row][j]);
    if (value === undefined) return undefined;
    numbers[row] = value;
  }
  return numbers;
}

function formatCell(value: number | string): string {
  if (typeof value === "string") return quote(value);
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Empty cells are quoted too: a bare empty cell of a table with one column would be an empty line. */
function quote(text: string): string {
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
