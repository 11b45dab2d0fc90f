import type { FormulaColumn, FormulaTable } from "./formulaData.ts";
import { type FormulaSource, refuseColumn } from "./formulaSource.ts";
import type { OpenTraining } from "./training.ts";

/** What the evaluation of a formula's factors needs. */
export interface FormulaContext {
  readonly source: FormulaSource;
  readonly table: FormulaTable;
  readonly training: OpenTraining;
}

/** @throws PoolishError naming the missing column, the place in the formula and the columns that there are. */
export function columnOf({ source, table }: FormulaContext, name: string, at: number): FormulaColumn {
  const column = table.columns.get(name);
  if (column !== undefined) return column;
  return refuseColumn(
    source,
    at,
    name,
    "the data have no such column",
    `The data have ${[...table.columns.keys()].join(", ")}.`,
  );
}
