import type { ColumnSpec, ParameterSpec } from "@poolish/core";

/** Pairs (θ, x) that a simulator made from a prior, and how. */
export interface Simulations {
  readonly simulator: string;
  readonly seed: number;
  readonly parameters: readonly ParameterSpec[];
  readonly columns: readonly ColumnSpec[];
  readonly conditions: readonly ColumnSpec[];
  readonly count: number;
  /** count × parameters, row-major. */
  readonly theta: Float64Array;
  /** count × columns, row-major. A run that failed is a row of NaN. */
  readonly x: Float64Array;
  /** count × conditions, row-major. */
  readonly conditionValues: Float64Array;
}

/** Column `index` of a row-major array with `width` columns, copied. */
export function columnOf(values: Float64Array, width: number, index: number): Float64Array {
  return Float64Array.from({ length: values.length / width }, (_, row) => values[row * width + index]);
}
