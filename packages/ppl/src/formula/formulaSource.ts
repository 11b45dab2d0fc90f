import { PoolishError } from "@poolish/core";

/** A formula as the user typed it, for messages that point into it. */
export interface FormulaSource {
  /** What the formula describes: a parameter's name, or "formula". */
  readonly field: string;
  readonly text: string;
}

/** Throws a `model` error that names the column (counted from 1) at which the formula goes wrong. */
export function refuseFormula(source: FormulaSource, at: number, message: string, remedy: string): never {
  throw new PoolishError(`${message}, at column ${at + 1} of "${source.text}"`, {
    kind: "model",
    field: source.field,
    remedy,
  });
}

/** Throws an `input` error about a data column that the formula reads at column `at` + 1. */
export function refuseColumn(
  source: FormulaSource,
  at: number,
  name: string,
  message: string,
  remedy: string,
  row?: number,
): never {
  throw new PoolishError(`${message}; "${source.text}" (${source.field}) uses it at column ${at + 1}`, {
    kind: "input",
    field: name,
    remedy,
    ...(row === undefined ? {} : { row }),
  });
}
