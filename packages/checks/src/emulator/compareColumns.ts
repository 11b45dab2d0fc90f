import type { CancelSignal, ColumnSpec } from "@poolish/core";
import { classify } from "../c2st/c2st.ts";
import { c2stNull } from "../c2st/c2stNull.ts";
import { normalScores } from "./normalScores.ts";

/** How far draws of the emulator can be told from draws of the simulator. */
export interface Comparison {
  /** A column's name, or undefined for all of them jointly. */
  readonly column: string | undefined;
  /** Held-out accuracy of the classifier (`c2st`, mode "fast"): about .5 when it cannot tell. */
  readonly accuracy: number;
  /** How often draws of one source give an accuracy this high or higher. */
  readonly pValue: number;
  /** Of a column of numbers: mean of the emulator less that of the simulator, in standard deviations of the simulator. */
  readonly shift: number | undefined;
  /** Of a column of numbers: standard deviation of the emulator over that of the simulator. */
  readonly scaleRatio: number | undefined;
}

export interface CompareOptions {
  readonly seed: number;
  readonly signal?: CancelSignal;
}

/**
 * Tells draws of the emulator from as many of the simulator (both row-major, a number for each of `columns`), jointly
 * where there are several columns, and column by column. The classifier sees normal scores of the ranks, and categories
 * as indicators.
 */
export async function compareColumns(
  columns: readonly ColumnSpec[],
  emulated: Float64Array,
  simulated: Float64Array,
  options: CompareOptions,
): Promise<Comparison[]> {
  const numRows = simulated.length / columns.length;
  const pooled = columns.map((_, c) => {
    return Float64Array.from({ length: 2 * numRows }, (_value, i) => {
      return i < numRows ? simulated[i * columns.length + c] : emulated[(i - numRows) * columns.length + c];
    });
  });
  const inputs = columns.map(({ kind }, c) =>
    kind === "category" ? indicators(pooled[c]) : [normalScores(pooled[c])],
  );
  const comparisons: Comparison[] = [];
  if (columns.length > 1) {
    comparisons.push({ column: undefined, ...NO_MOMENTS, ...(await tellApart(inputs.flat(), numRows, options)) });
  }
  for (const [c, { name, kind }] of columns.entries()) {
    const told = await tellApart(inputs[c], numRows, options);
    comparisons.push({ column: name, ...told, ...(kind === "category" ? NO_MOMENTS : compareMoments(pooled[c])) });
  }
  return comparisons;
}

const NO_MOMENTS = { shift: undefined, scaleRatio: undefined };

/** One for each category but the first, which is where all are 0. */
function indicators(values: Float64Array): Float64Array[] {
  const categories = [...new Set(values)].sort((a, b) => a - b);
  return categories.slice(1).map((category) => values.map((value) => Number(value === category)));
}

/** Standardised by both sets together: a column may be constant in one of them. Columns constant in both tell nothing. */
async function tellApart(inputs: readonly Float64Array[], numRows: number, { seed, signal }: CompareOptions) {
  const under = c2stNull(numRows, numRows);
  const varying = inputs.map(moments).flatMap(({ mean, sd }, k) => {
    return sd > 0 ? [inputs[k].map((value) => (value - mean) / sd)] : [];
  });
  const numColumns = varying.length;
  if (numColumns === 0) return { accuracy: under.mean, pValue: under.pValue(under.mean) };
  const values = Float32Array.from({ length: 2 * numRows * numColumns }, (_, i) => {
    return varying[i % numColumns][Math.floor(i / numColumns)];
  });
  const labels = new Uint8Array(2 * numRows).fill(1, numRows);
  const data = { values, numColumns, numRows: 2 * numRows, labels };
  const { accuracy } = await classify(data, { mode: "fast", seed, ...(signal && { signal }) });
  return { accuracy, pValue: under.pValue(accuracy) };
}

function compareMoments(pooled: Float64Array): Pick<Comparison, "shift" | "scaleRatio"> {
  const half = pooled.length / 2;
  const [simulator, emulator] = [moments(pooled.subarray(0, half)), moments(pooled.subarray(half))];
  if (!(simulator.sd > 0)) return NO_MOMENTS;
  return { shift: (emulator.mean - simulator.mean) / simulator.sd, scaleRatio: emulator.sd / simulator.sd };
}

function moments(values: Float64Array): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // Rounding of the mean alone is no variation.
  const sd = values.every((value) => value === values[0]) ? 0 : Math.sqrt(squares / (values.length - 1));
  return { mean, sd };
}
