import type { CountScale } from "../count/countScale.ts";
import type { CategoryColumn } from "./categoryColumn.ts";
import type { ContinuousColumn } from "./continuousColumn.ts";

/** A column of counts: its scale, and the largest count among the training simulations. */
export interface CountColumn {
  readonly kind: "count";
  readonly scale: CountScale;
  readonly largestCount: number;
}

/** How a density sees a column. */
export type EncodedColumn = ContinuousColumn | CountColumn | CategoryColumn;

/** Numbers that a column gives to the network of a later column. */
export function encodingWidth(column: EncodedColumn): number {
  // The first category is where all indicators are 0.
  return column.kind === "category" ? Math.max(1, column.values.length - 1) : 1;
}
