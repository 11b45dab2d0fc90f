import type { EncodedColumn } from "../columns/encodedColumn.ts";

/** θ on its support as a density's terms have it: a category as its code, any other number as it is. */
export function parameterCode(column: EncodedColumn, value: number): number {
  return column.kind === "category" ? column.values.indexOf(value) : value;
}
