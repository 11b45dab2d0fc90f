import { PoolishError } from "@poolish/core";
import { parseCell } from "./parseCell.ts";

/** A column of numbers (NaN = missing) or of text ("" = missing). */
export type TableColumn = Float64Array | readonly string[];

/** Named columns of one length. Columns keep their order, except that names which are integers come first. */
export interface Table {
  readonly numRows: number;
  readonly columns: Readonly<Record<string, TableColumn>>;
}

/**
 * A table of the given columns, which it holds without copying.
 * @throws PoolishError naming the first column whose length differs from that of the first one.
 */
export function tableFromColumns(columns: Readonly<Record<string, TableColumn>>): Table {
  const numRows = Object.values(columns)[0]?.length ?? 0;
  for (const [name, column] of Object.entries(columns)) {
    if (column.length === numRows) continue;
    throw new PoolishError(`column has ${column.length} rows, the first column has ${numRows}`, {
      kind: "input",
      field: name,
      remedy: "Give all columns of a table the same length.",
    });
  }
  return { numRows, columns };
}

/**
 * The numbers of a column, not copied; missing cells are NaN.
 * @throws PoolishError when the table has no such column (lists those it has) or when it is text (names the first row
 * whose cell is not a number).
 */
export function numericColumn(table: Table, name: string): Float64Array {
  const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
  if (column === undefined) {
    const available = Object.keys(table.columns).join(", ");
    throw new PoolishError("there is no such column", {
      kind: "input",
      field: name,
      remedy: `Name one of the table's columns: ${available}.`,
    });
  }
  if (column instanceof Float64Array) return column;
  // A text column made by hand may hold nothing but numbers: then its first cell is to blame.
  const row = Math.max(
    column.findIndex((cell) => parseCell(cell) === undefined),
    0,
  );
  throw new PoolishError(`expected a column of numbers, found the text "${column[row] ?? ""}"`, {
    kind: "input",
    field: name,
    row,
    remedy: "Mend the cell, or turn the column into numbers (factorize gives codes for labels).",
  });
}
