import { type ParameterSpec, PoolishError } from "@poolish/core";
import { boundDerivatives, inverseTransform } from "../columns/continuousColumn.ts";
import type { EncodedColumn } from "../columns/encodedColumn.ts";
import { fitColumn } from "../columns/fitColumn.ts";
import { walledLogSlopeDerivative, walledSlope, walledValue } from "../columns/walledTransform.ts";

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
  requireVaried(name, values);
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

/**
 * `fitParameterColumn` for vector fields, flows and mixtures, whose places should follow the data linearly where they can: between
 * two bounds, T is `walledValue`.
 */
export function fitWalledColumn(parameter: Omit<ParameterSpec, "box">, values: Float64Array): EncodedColumn {
  const column = fitParameterColumn(parameter, values);
  if (column.kind !== "continuous" || column.transform !== "logit") return column;
  const { lower, upper } = parameter.support;
  const transformed = values.map((value) => walledValue(value, lower, upper));
  const mean = transformed.reduce((sum, value) => sum + value / transformed.length, 0);
  const variance = transformed.reduce((sum, value) => sum + (value - mean) ** 2 / transformed.length, 0);
  return { ...column, transform: "walled", mean, standardDeviation: Math.sqrt(variance) };
}

function requireVaried(name: string, values: Float64Array): void {
  if (values.some((value) => value !== values[0])) return;
  throw new PoolishError(`every simulation has the value ${values[0]}`, {
    kind: "input",
    field: name,
    remedy: "Widen its prior, or leave the parameter out of the simulator.",
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
  if (column.transform === "walled") {
    const [lower, upper] = [Number(column.lower), Number(column.upper)];
    const slope = walledSlope(theta, lower, upper) / column.standardDeviation;
    return yGradient * slope + walledLogSlopeDerivative(theta, lower, upper);
  }
  boundDerivatives(column, theta, Number(column.lower), Number(column.upper), derivatives);
  const { valueByLower, valueByUpper, logSlopeByLower, logSlopeByUpper } = derivatives;
  return -(yGradient / column.standardDeviation) * (valueByLower + valueByUpper) - (logSlopeByLower + logSlopeByUpper);
}
