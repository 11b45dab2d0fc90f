import type { Kernels } from "./kernels.ts";
import { paddedColumns, paddedRows } from "./layout.ts";
import type { Matrix } from "./matrix.ts";

/** Columns that layers compute at a time. */
const PANEL = 8;
/** Spans begin at multiples of this, for gradients of weights take four inputs at a time. */
const STEP = 4;
/** Fewer rows between two spans are taken along: to begin a span costs about as much. */
const LEAST_GAP = 8;

/** Elements that `withSpans` allocates, at most: for each panel the number of its spans, and two ends for each. */
export function spansLength(rows: number, columns: number): number {
  return paddedRows((paddedColumns(columns) / PANEL) * (1 + 2 * Math.ceil(rows / (LEAST_GAP + STEP))));
}

/**
 * The same matrix for layers that skip elements held at 0: those for which `isFree` is false. For weights, for their
 * transpose, and for their gradient, of which the elements held then stay as they are. Whoever changes the matrix keeps
 * them at 0: the few between elements that are free are still read, and those of a gradient overwritten.
 */
export function withSpans(
  kernels: Pick<Kernels, "allocateIndices">,
  matrix: Matrix,
  isFree: (row: number, column: number) => boolean,
): Matrix {
  const numbers: number[] = [];
  let numRows = 0;
  for (let column = 0; column < matrix.columns; column += PANEL) {
    const end = Math.min(column + PANEL, matrix.columns);
    const spans = spansOfRows(matrix.rows, (row) => isAnyFree(row, column, end, isFree));
    numbers.push(spans.length, ...spans.flat());
    for (const [from, to] of spans) numRows += to - from;
  }
  if (numRows === (paddedColumns(matrix.columns) / PANEL) * matrix.rows) return matrix;
  const spans = kernels.allocateIndices(numbers.length);
  spans.values.set(numbers);
  return { ...matrix, spans };
}

function isAnyFree(row: number, first: number, end: number, isFree: (row: number, column: number) => boolean): boolean {
  for (let column = first; column < end; column++) if (isFree(row, column)) return true;
  return false;
}

/** From multiples of `STEP` to before such, or to the end; at least one, since the inner loops test for their end after a step. */
function spansOfRows(rows: number, isUsed: (row: number) => boolean): [from: number, to: number][] {
  const spans: [from: number, to: number][] = [];
  for (let row = 0; row < rows; row++) {
    if (!isUsed(row)) continue;
    const from = row - (row % STEP);
    const to = Math.min(from + STEP, rows);
    const last = spans.at(-1);
    if (last !== undefined && from - last[1] < LEAST_GAP) last[1] = to;
    else spans.push([from, to]);
  }
  return spans.length > 0 ? spans : [[0, Math.min(STEP, rows)]];
}
