import { type ColumnSpec, type Columns, isOnSupport, PoolishError, type ScalarSupport } from "@poolish/core";
import { categoryCodes } from "./columns/categoryColumn.ts";
import type { EncodedColumn } from "./columns/encodedColumn.ts";
import { requireCounts } from "./count/bindCounts.ts";
import type { ConditionScale } from "./standardizeConditions.ts";

/**
 * The named column of `data`, `numTrials` long.
 * @throws PoolishError naming the column when it is missing or too short.
 */
export function requireColumn(data: Columns, name: string, numTrials: number): ArrayLike<number> {
  const values = Object.hasOwn(data, name) ? data[name] : undefined;
  if (values === undefined) {
    throw new PoolishError("this column is missing from the data", {
      kind: "input",
      field: name,
      remedy: `The likelihood needs ${name}; the data have ${Object.keys(data).join(", ") || "no columns"}.`,
    });
  }
  if (values.length === numTrials) return values;
  throw new PoolishError(`the column has ${values.length} entries for ${numTrials} trials`, {
    kind: "input",
    field: name,
    remedy: "Give the column and the rows of theta one entry for each trial.",
  });
}

/**
 * A column as a density reads it: numbers as they are, categories as codes.
 * @throws PoolishError naming column and row for values that the column cannot hold.
 */
export function readColumn(spec: ColumnSpec, encoded: EncodedColumn, values: ArrayLike<number>): Float64Array {
  switch (encoded.kind) {
    case "category":
      return categoryCodes(spec.name, encoded, values);
    case "count":
      requireCounts(spec.name, values);
      return Float64Array.from(values);
    case "continuous":
      requireNumbers(spec.name, boundsOf(encoded.lower, encoded.upper), values);
      return Float64Array.from(values);
  }
}

/**
 * A column of known conditions as `standardizeConditions` takes it: numbers as they are, categories as codes.
 * @throws PoolishError naming column and row for what is no number, and for a category that training did not see.
 */
export function readCondition(spec: ColumnSpec, scale: ConditionScale, values: ArrayLike<number>): Float64Array {
  if ("values" in scale) return categoryCodes(spec.name, { kind: "category", ...scale }, values);
  requireNumbers(spec.name, boundsOf(-Infinity, Infinity), values);
  return Float64Array.from(values);
}

/** Bounds that a parameter sets are met by the density itself, with a finite edge: here they are open. */
function boundsOf(lower: unknown, upper: unknown): ScalarSupport {
  return {
    kind: "interval",
    lower: typeof lower === "number" ? lower : -Infinity,
    upper: typeof upper === "number" ? upper : Infinity,
  };
}

function requireNumbers(field: string, support: ScalarSupport, values: ArrayLike<number>): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (Number.isFinite(value) && isOnSupport(support, value)) continue;
    const what = Number.isNaN(value) ? "a missing value (NaN)" : String(value);
    throw new PoolishError(`${what} cannot be explained: the column holds numbers within its declared bounds`, {
      kind: "input",
      field,
      row,
      remedy: "Correct the row or leave it out; check its unit.",
    });
  }
}
