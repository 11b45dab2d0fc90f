import { type ColumnSpec, PoolishError } from "@poolish/core";
import type { EncodedColumn } from "./encodedColumn.ts";

/** A column of categories: the values that training saw, in rising order. */
export interface CategoryColumn {
  readonly kind: "category";
  readonly values: readonly number[];
}

/** The distinct values of simulated categories, in rising order. */
export function fitCategories(values: ArrayLike<number>): CategoryColumn {
  return { kind: "category", values: [...new Set(Array.from(values))].sort((a, b) => a - b) };
}

/**
 * The index of each value among the categories.
 * @throws PoolishError naming column and row for a value that training did not see: it has no probability to be given.
 */
export function categoryCodes(name: string, { values }: CategoryColumn, data: ArrayLike<number>): Float64Array {
  const codeOf = new Map(values.map((value, code) => [value, code]));
  return Float64Array.from(data, (value, row) => {
    const code = codeOf.get(value);
    if (code !== undefined) return code;
    throw new PoolishError(`${value} is not one of the categories that training saw: ${values.join(", ")}`, {
      kind: "input",
      field: name,
      row,
      remedy: "Code the column as the simulator does, or train on simulations that contain it.",
    });
  });
}

/** The declared column, with the categories that training saw. */
export function withCategories(column: ColumnSpec, encoded: EncodedColumn): ColumnSpec {
  return encoded.kind === "category" ? { ...column, categories: encoded.values } : column;
}
