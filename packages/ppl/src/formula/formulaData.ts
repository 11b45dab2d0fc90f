import { PoolishError } from "@poolish/core";

/** A column of numbers or of labels. */
export type FormulaColumn = ArrayLike<number> | readonly string[];

/** Columns by name, or a table of @poolish/io (`{ numRows, columns }`). */
export type FormulaData =
  | Readonly<Record<string, FormulaColumn>>
  | { readonly numRows: number; readonly columns: Readonly<Record<string, FormulaColumn>> };

/** Columns of one length. */
export interface FormulaTable {
  readonly numRows: number;
  readonly columns: ReadonlyMap<string, FormulaColumn>;
}

/** @throws PoolishError for no columns at all, or naming the first column whose length differs from the first one's. */
export function tableOf(data: FormulaData): FormulaTable {
  const record = isTable(data) ? data.columns : data;
  const columns = new Map(Object.entries(record));
  const [first, ...others] = columns;
  if (first === undefined) {
    throw new PoolishError("the data have no columns", { kind: "input", field: "data", remedy: "Pass named columns." });
  }
  const numRows = first[1].length;
  for (const [name, { length }] of others) {
    if (length === numRows) continue;
    throw new PoolishError(`the column has ${length} rows, ${first[0]} has ${numRows}`, {
      kind: "input",
      field: name,
      remedy: "Give all columns the same length.",
    });
  }
  return { numRows, columns };
}

function isTable(data: FormulaData): data is Extract<FormulaData, { readonly numRows: number }> {
  return "columns" in data && "numRows" in data && typeof data.numRows === "number";
}

/** True for labels, false for numbers. */
export function isText(column: FormulaColumn): column is readonly string[] {
  return typeof column[0] === "string";
}

/**
 * The labels that a column has: in numerical order when all of them are numbers, else by UTF-16 code units (as
 * `factorize` of @poolish/io orders them).
 */
export function levelsOf(column: FormulaColumn): string[] {
  const levels = [...new Set(Array.from(column, String))].sort();
  if (levels.some((level) => level.trim() === "" || Number.isNaN(Number(level)))) return levels;
  return levels.sort((a, b) => Number(a) - Number(b));
}

/** The rows of several tables one after another, in the columns that all of them have. */
export function concatenated(tables: readonly FormulaTable[]): FormulaTable {
  const [first, ...others] = tables;
  if (others.length === 0) return first;
  const names = [...first.columns.keys()].filter((name) => others.every(({ columns }) => columns.has(name)));
  const columns = names.map((name): [string, FormulaColumn] => {
    const parts = tables.map(({ columns: own }) => own.get(name) ?? []);
    const values = parts.flatMap((part) => Array.from<string | number>(part));
    return [name, parts.some(isText) ? values.map(String) : Float64Array.from(values, Number)];
  });
  return { numRows: tables.reduce((count, { numRows }) => count + numRows, 0), columns: new Map(columns) };
}
