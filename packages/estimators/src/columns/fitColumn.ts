import { type ColumnSpec, PoolishError } from "@poolish/core";
import { fitCountScale } from "../count/countScale.ts";
import { fitCategories } from "./categoryColumn.ts";
import { boundAt, type ContinuousColumn, resolveBounds, transformFor, transformValue } from "./continuousColumn.ts";
import type { EncodedColumn } from "./encodedColumn.ts";

/** Simulated values of one column, with the θ rows that bounds may refer to (count × numParameters). */
export interface ColumnSimulations {
  readonly values: Float64Array;
  readonly theta: Float64Array;
  readonly parameterNames: readonly string[];
}

/** The edge lies this far below the smallest simulated distance from the bound. */
const EDGE_SHARE = 0.5;

/**
 * How a density shall see the column, by its declared kind and bounds; what is standardised is measured on `simulations`.
 * @throws PoolishError naming the column for simulations on or beyond a declared bound, and for a constant column.
 */
export function fitColumn(spec: ColumnSpec, simulations: ColumnSimulations): EncodedColumn {
  const { values } = simulations;
  if (spec.kind === "category") return fitCategories(values);
  if (spec.kind === "count") {
    return { kind: "count", scale: fitCountScale(values), largestCount: values.reduce((a, b) => Math.max(a, b), 0) };
  }
  return fitContinuous(spec, simulations);
}

/**
 * The smallest distance of a continuous column from its declared bounds; Infinity without any.
 * @throws PoolishError with the row of the first simulation on or beyond one.
 */
export function distanceFromBounds(spec: ColumnSpec, { values, theta, parameterNames }: ColumnSimulations): number {
  const boundsOf = boundsOfRows(spec, theta, parameterNames);
  let nearest = Infinity;
  values.forEach((x, row) => {
    const [low, high] = boundsOf(row);
    nearest = Math.min(nearest, x - low, high - x);
    if (x > low && x < high) return;
    throw new PoolishError(`the simulator drew ${x}, but the column is declared to lie between ${low} and ${high}`, {
      kind: "input",
      field: spec.name,
      row,
      remedy: "Correct the declared bounds, or the simulator.",
    });
  });
  return nearest;
}

function boundsOfRows(spec: ColumnSpec, theta: Float64Array, parameterNames: readonly string[]) {
  const { lower, upper } = resolveBounds(spec, parameterNames);
  const width = parameterNames.length;
  return (row: number) => [boundAt(lower, theta, row * width), boundAt(upper, theta, row * width)] as const;
}

function fitContinuous(spec: ColumnSpec, simulations: ColumnSimulations): ContinuousColumn {
  const { values, theta, parameterNames } = simulations;
  const { lower, upper } = resolveBounds(spec, parameterNames);
  const transform = transformFor(lower !== -Infinity, upper !== Infinity);
  const boundsOf = boundsOfRows(spec, theta, parameterNames);
  const nearest = distanceFromBounds(spec, simulations);
  const edge = Number.isFinite(nearest) ? EDGE_SHARE * nearest : 1;
  const transformed = values.map((x, row) => transformValue({ transform, edge }, x, ...boundsOf(row)));
  const mean = transformed.reduce((sum, value) => sum + value / transformed.length, 0);
  const variance = transformed.reduce((sum, value) => sum + (value - mean) ** 2 / transformed.length, 0);
  if (!(variance > 0)) {
    throw new PoolishError(`every simulation gave ${values[0]}`, {
      kind: "input",
      field: spec.name,
      remedy: "Leave the column out, widen the prior or look for a fault in the simulator.",
    });
  }
  return { kind: "continuous", transform, lower, upper, edge, mean, standardDeviation: Math.sqrt(variance) };
}
