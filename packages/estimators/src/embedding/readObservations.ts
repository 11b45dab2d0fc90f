import { isOnSupport, PoolishError } from "@poolish/core";
import { categoryCodes } from "../columns/categoryColumn.ts";
import { requireCounts } from "../count/bindCounts.ts";
import type { EmbeddingInputs } from "./embedding.ts";
import { type ObservationInput, writeObservationInputs } from "./observationInput.ts";
import type { ObservationSpec } from "./observationSpec.ts";

/**
 * One observation, or several: rows of numbers one after another, or one array of numbers for each. Where an estimator
 * takes sets of trials, an array of numbers is one set, its trials one after another.
 */
export type Observations = number | ArrayLike<number> | readonly ArrayLike<number>[];

/** x as networks read it. @throws PoolishError for lengths that do not fit, and for values that the columns cannot hold. */
export function readObservations(spec: ObservationSpec, x: Observations): EmbeddingInputs {
  const width = spec.columns.length;
  const isSet = takesSets(spec);
  const parts = partsOf(x, isSet ? Infinity : width);
  const trialsOf = parts.map((part) => numRowsOf(part.length, width, isSet));
  const numTrials = trialsOf.reduce((sum, count) => sum + count, 0);
  const values = Float64Array.from(parts.flatMap((part) => Array.from(part)));
  requireReadable(spec, values);
  const inputs = new Float64Array(numTrials * spec.inputs.length);
  writeObservationInputs(spec.inputs, values, width, numTrials, inputs);
  const observationOfTrial = Int32Array.from(trialsOf.flatMap((count, i) => new Array<number>(count).fill(i)));
  return { numObservations: parts.length, values: inputs, observationOfTrial };
}

/** Whether an observation is a set of trials. */
export function takesSets({ embedding }: Pick<ObservationSpec, "embedding">): boolean {
  return embedding.kind === "set";
}

/** One array an observation. */
function partsOf(x: Observations, width: number): readonly ArrayLike<number>[] {
  if (typeof x === "number") return [[x]];
  if (isListOfArrays(x)) return x;
  if (x.length === 0 || x.length <= width || x.length % width !== 0) return [x];
  const values = Float64Array.from(x);
  return Array.from({ length: values.length / width }, (_, i) => values.subarray(i * width, (i + 1) * width));
}

function isListOfArrays(x: ArrayLike<number> | readonly ArrayLike<number>[]): x is readonly ArrayLike<number>[] {
  return x.length > 0 && typeof x[0] !== "number";
}

function numRowsOf(length: number, width: number, isSet: boolean): number {
  const numRows = length / width;
  if (isSet ? Number.isInteger(numRows) && numRows > 0 : numRows === 1) return numRows;
  const wanted = isSet ? `a positive multiple of ${width}` : `${width}, or rows of as many`;
  throw new PoolishError(`got ${length} numbers, expected ${wanted}: ${isSet ? "trials" : "one for each column"}`, {
    kind: "input",
    field: "x",
    remedy: "Pass rows of numbers, one after another.",
  });
}

function requireReadable({ columns, inputs }: ObservationSpec, values: Float64Array): void {
  const width = columns.length;
  columns.forEach(({ name, kind, categories }, c) => {
    const column = Float64Array.from({ length: values.length / width }, (_, r) => values[r * width + c]);
    const ofColumn = inputs.filter((input) => input.column === c);
    if (kind === "count") requireCounts(name, column);
    if (categories !== undefined) categoryCodes(name, { kind: "category", values: categories }, column);
    column.forEach((value, row) => {
      if (Number.isFinite(value) && ofColumn.every((input) => isReadable(input, value))) return;
      const what = Number.isNaN(value) ? "a missing value (NaN)" : String(value);
      throw new PoolishError(`${what} cannot be read: the column holds numbers within its declared bounds`, {
        kind: "input",
        field: name,
        row,
        remedy: "Correct the row or leave it out; check its unit.",
      });
    });
  });
}

function isReadable(input: ObservationInput, value: number): boolean {
  if (input.kind !== "number") return true;
  return isOnSupport({ kind: "interval", lower: input.lower, upper: input.upper }, value);
}
