import { type ParameterSpec, PoolishError } from "@poolish/core";
import { boundDerivatives, inverseTransform } from "../columns/continuousColumn.ts";
import type { EncodedColumn } from "../columns/encodedColumn.ts";
import { fitColumn } from "../columns/fitColumn.ts";

/** An integer parameter with at most this many values is learned as a category. */
const MOST_CATEGORIES = 100;
/**
 * θ is encoded without a tangent near its bounds (see `ContinuousColumn.edge`): the transform must be one to one, or the
 * density would not integrate to 1.
 */
const NO_EDGE = 2.2250738585072014e-308;

/**
 * How a density sees a parameter, by its support alone, so that no mass leaves it; what is standardised is measured on the
 * simulated `values`.
 * @throws PoolishError for a constant parameter, and for integers that are neither few nor counts.
 */
export function fitParameterColumn({ name, support }: Omit<ParameterSpec, "box">, values: Float64Array): EncodedColumn {
  const { kind, lower, upper } = support;
  const simulations = { values, theta: new Float64Array(0), parameterNames: [] };
  if (kind === "interval") {
    const bounds = { ...(lower > -Infinity && { lower }), ...(upper < Infinity && { upper }) };
    const column = fitColumn({ name, kind: "continuous", bounds }, simulations);
    return column.kind === "continuous" ? { ...column, edge: NO_EDGE } : column;
  }
  if (upper - lower < MOST_CATEGORIES) {
    return { kind: "category", values: Array.from({ length: upper - lower + 1 }, (_, i) => lower + i) };
  }
  if (lower === 0 && upper === Infinity) return fitColumn({ name, kind: "count" }, simulations);
  throw new PoolishError(`an integer from ${lower} to ${upper} cannot be learned`, {
    kind: "input",
    field: name,
    remedy: `Use a prior on 0, 1, 2, … or on at most ${MOST_CATEGORIES} values.`,
  });
}

/** A drawn code or standardised number on the parameter's own scale, and never on or beyond a bound. */
export function decodeParameter(column: EncodedColumn, value: number): number {
  if (column.kind === "category") return column.values[value];
  if (column.kind === "count") return value;
  const lower = Number(column.lower);
  const upper = Number(column.upper);
  const theta = inverseTransform(column, column.mean + column.standardDeviation * value, lower, upper);
  // Far out on the unconstrained scale a number rounds to the bound itself.
  if (theta <= lower) return nextAbove(lower);
  return theta >= upper ? -nextAbove(-upper) : theta;
}

/** The smallest number above x, or nearly so. */
function nextAbove(x: number): number {
  return x === 0 ? Number.MIN_VALUE : x + Math.abs(x) * Number.EPSILON;
}

const derivatives = { valueByLower: 0, valueByUpper: 0, logSlopeByLower: 0, logSlopeByUpper: 0 };

/**
 * The derivative in θ of a log-density whose derivative in the standardised column is `yGradient`, Jacobian included; 0 for
 * integers. (The transform depends on the distances from the bounds: moving θ is moving both bounds the other way.)
 */
export function parameterGradient(column: EncodedColumn, theta: number, yGradient: number): number {
  if (column.kind !== "continuous") return 0;
  if (column.transform === "identity") return yGradient / column.standardDeviation;
  boundDerivatives(column, theta, Number(column.lower), Number(column.upper), derivatives);
  const { valueByLower, valueByUpper, logSlopeByLower, logSlopeByUpper } = derivatives;
  return -(yGradient / column.standardDeviation) * (valueByLower + valueByUpper) - (logSlopeByLower + logSlopeByUpper);
}
