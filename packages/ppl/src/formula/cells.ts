import { distinctRows } from "../trace/distinctRows.ts";
import type { Design } from "./design.ts";
import { columnsOf } from "./parameterPlan.ts";

/** The distinct rows of a design: its columns and group codes once for each, and the cell of each row. */
export interface Cells {
  readonly numCells: number;
  readonly cellOfRow: Int32Array;
  /** Fixed-effects columns, one number a cell. */
  readonly columns: readonly Float64Array[];
  readonly groups: readonly { readonly codes: Int32Array; readonly columns: readonly Float64Array[] }[];
}

/**
 * Groups rows that have the same predictors and the same groups, so that a linear predictor is computed once for each.
 * Cells that go one to one with the groups of the first group term are ordered as these are.
 */
export function cellsOf(design: Design): Cells {
  const columns = columnsOf(design.blocks);
  const groups = design.groups.map(({ codes, blocks }) => ({ codes, columns: columnsOf(blocks) }));
  const values = [...columns, ...groups.flatMap((group) => group.columns)].map(valueCodes);
  const parts = [...groups.map(({ codes }) => codes), ...values];
  const { numRows: numCells, row: firstOrder } = distinctRows(parts, design.numRows);
  const order = cellOrder(firstOrder, numCells, groups[0]?.codes, design.groups[0]?.levels.length);
  const cellOfRow = firstOrder.map((cell) => order[cell]);
  const rowOfCell = new Int32Array(numCells);
  cellOfRow.forEach((cell, row) => {
    rowOfCell[cell] = row;
  });
  const pick = (column: Float64Array): Float64Array => Float64Array.from(rowOfCell, (row) => column[row]);
  return {
    numCells,
    cellOfRow,
    columns: columns.map(pick),
    groups: groups.map((group) => ({
      codes: rowOfCell.map((row) => group.codes[row]),
      columns: group.columns.map(pick),
    })),
  };
}

/** Numbers the distinct values of a column in order of appearance. */
function valueCodes(column: Float64Array): Int32Array {
  const codes = new Map<number, number>();
  return Int32Array.from(column, (x) => {
    const known = codes.get(x);
    if (known === undefined) codes.set(x, codes.size);
    return known ?? codes.size - 1;
  });
}

/** The place of each cell: its group where cells and groups go one to one, its order of appearance otherwise. */
function cellOrder(
  cellOfRow: Int32Array,
  numCells: number,
  codes: Int32Array | undefined,
  numGroups: number | undefined,
): Int32Array {
  const groupOfCell = Int32Array.from({ length: numCells }, (_, cell) => cell);
  if (codes === undefined || numCells !== numGroups) return groupOfCell;
  cellOfRow.forEach((cell, row) => {
    groupOfCell[cell] = codes[row];
  });
  return new Set(groupOfCell).size === numCells ? groupOfCell : groupOfCell.map((_, cell) => cell);
}
