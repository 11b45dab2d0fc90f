import { type ColumnSpec, PoolishError } from "@poolish/core";
import { countMiddle } from "../autoregressive/countHead.ts";
import { type ContinuousTransform, transformFor, transformValue } from "../columns/continuousColumn.ts";
import { type CountScale, fitCountScale } from "../count/countScale.ts";

/** A number that a network of x is given: a standardised function of one column, or whether a category is the case. */
export type ObservationInput =
  | {
      readonly kind: "number";
      /** Index of the column. */
      readonly column: number;
      readonly transform: ContinuousTransform;
      /** Declared bounds; those that a parameter sets are open here. */
      readonly lower: number;
      readonly upper: number;
      /** See `ContinuousColumn`. */
      readonly edge: number;
      /** Middle and width of the transformed column over the training simulations. */
      readonly center: number;
      readonly scale: number;
      /** Given as arcsinh z instead of z: a column of heavy tails, whose rare values would drown the others. */
      readonly isSquashed: boolean;
    }
  | { readonly kind: "count"; readonly column: number; readonly scale: CountScale }
  | { readonly kind: "indicator"; readonly column: number; readonly value: number };

/** The edge lies this far below the smallest simulated distance from the bound. */
const EDGE_SHARE = 0.5;
/** Standard deviation over the interquartile range's (a normal has 1) from which tails count as heavy. */
const HEAVY = 1.5;
/** Interquartile range of the standard normal. */
const NORMAL_RANGE = 1.3489795003921634;

/** How networks shall be given a simulated column. @throws PoolishError for a number beyond its declared bounds. */
export function fitObservationInputs(spec: ColumnSpec, column: number, values: Float64Array): ObservationInput[] {
  switch (spec.kind) {
    case "count":
      return [{ kind: "count", column, scale: fitCountScale(values) }];
    case "category": {
      const distinct = [...new Set(values)].sort((a, b) => a - b);
      // The first category is where all indicators are 0.
      return distinct.slice(1).map((value) => ({ kind: "indicator", column, value }));
    }
    case "continuous":
      return [fitNumber(spec, column, values)];
  }
}

function fitNumber(spec: ColumnSpec, column: number, values: Float64Array): ObservationInput {
  const lower = typeof spec.bounds?.lower === "number" ? spec.bounds.lower : -Infinity;
  const upper = typeof spec.bounds?.upper === "number" ? spec.bounds.upper : Infinity;
  const transform = transformFor(lower > -Infinity, upper < Infinity);
  let nearest = Infinity;
  values.forEach((x, row) => {
    nearest = Math.min(nearest, x - lower, upper - x);
    if (x > lower && x < upper) return;
    throw new PoolishError(`the simulator drew ${x}, but the column is declared to lie between ${lower} and ${upper}`, {
      kind: "input",
      field: spec.name,
      row,
      remedy: "Correct the declared bounds, or the simulator.",
    });
  });
  const edge = Number.isFinite(nearest) ? EDGE_SHARE * nearest : 1;
  const transformed = values.map((x) => transformValue({ transform, edge }, x, lower, upper));
  return { kind: "number", column, transform, lower, upper, edge, ...middleAndWidth(transformed) };
}

function middleAndWidth(values: Float64Array): { center: number; scale: number; isSquashed: boolean } {
  // Sums of a constant need not be exact: what they leave is not its spread.
  if (values.every((value) => value === values[0])) return { center: values[0], scale: 1, isSquashed: false };
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0));
  const sorted = values.toSorted();
  const quantile = (p: number): number => sorted[Math.round(p * (sorted.length - 1))];
  const robust = (quantile(0.75) - quantile(0.25)) / NORMAL_RANGE;
  if (robust > 0 && deviation > HEAVY * robust) return { center: quantile(0.5), scale: robust, isSquashed: true };
  return { center: mean, scale: deviation, isSquashed: false };
}

/** Overwrites `out` (numRows × inputs, row-major) with the inputs of `x` (numRows × numColumns). */
export function writeObservationInputs(
  inputs: readonly ObservationInput[],
  x: ArrayLike<number>,
  numColumns: number,
  numRows: number,
  out: Float64Array,
): void {
  const width = inputs.length;
  for (let k = 0; k < width; k++) {
    const input = inputs[k];
    for (let r = 0; r < numRows; r++) out[r * width + k] = inputOf(input, x[r * numColumns + input.column]);
  }
}

function inputOf(input: ObservationInput, x: number): number {
  switch (input.kind) {
    case "indicator":
      return x === input.value ? 1 : 0;
    case "count":
      return countMiddle(input.scale, x);
    case "number": {
      const z = (transformValue(input, x, input.lower, input.upper) - input.center) / input.scale;
      return input.isSquashed ? Math.asinh(z) : z;
    }
  }
}
