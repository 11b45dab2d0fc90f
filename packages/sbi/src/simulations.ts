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
  /**
   * One row of columns a simulation, row-major; where a simulation is a set of trials, one row a trial, those of one
   * simulation after another. A run that failed is a row of NaN.
   */
  readonly x: Float64Array;
  /** One row of conditions for each row of x. */
  readonly conditionValues: Float64Array;
  /** The number of trials of each simulation; absent where all have one. */
  readonly numTrials?: Int32Array;
}

/** The first row of x of each simulation, and the number of all rows behind the last. */
export function firstTrials({ count, numTrials }: Pick<Simulations, "count" | "numTrials">): Int32Array {
  const first = new Int32Array(count + 1);
  for (let i = 0; i < count; i++) first[i + 1] = first[i] + (numTrials === undefined ? 1 : numTrials[i]);
  return first;
}

/** The rows of x of the simulations `indices`, one simulation after another. */
export function trialsOf(simulations: Pick<Simulations, "count" | "numTrials">, indices: Int32Array): Int32Array {
  if (simulations.numTrials === undefined) return indices;
  const first = firstTrials(simulations);
  return Int32Array.from(
    Array.from(indices).flatMap((i) => Array.from({ length: first[i + 1] - first[i] }, (_, t) => first[i] + t)),
  );
}

/** Column `index` of a row-major array with `width` columns, copied. */
export function columnOf(values: Float64Array, width: number, index: number): Float64Array {
  return Float64Array.from({ length: values.length / width }, (_, row) => values[row * width + index]);
}
