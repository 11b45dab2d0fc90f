import type { ColumnSpec } from "@poolish/core";
import { walledInverse, walledSlope, walledValue } from "./walledTransform.ts";

/** How a continuous column is seen by a density: unbounded, then standardised; or held between its bounds. */
export type ContinuousTransform = "identity" | "log" | "reflectedLog" | "logit" | "walled" | "held";

/** A bound of a column: a number, or the index of the parameter that sets it. */
export type Bound = number | { readonly parameter: number };

/**
 * A continuous column as a density has it: y = (T(x) − mean) / standardDeviation with T by the declared bounds alone:
 * identity without bounds, log(x − lower), −log(upper − x), or log((x − lower) / (upper − x)), or `walledValue`
 * for parameters that a vector field, a flow or a mixture of normals moves. Networks of others read x
 * itself: there T holds x between its bounds, and an x beyond them loses a nat for each `edge` of distance.
 */
export interface ContinuousColumn {
  readonly kind: "continuous";
  readonly transform: ContinuousTransform;
  readonly lower: Bound;
  readonly upper: Bound;
  /**
   * Distance from a bound below which the logarithm goes on as its tangent, so that an observation on the wrong side of
   * a bound that a parameter sets has a finite log-density with a gradient that pulls the parameter back.
   */
  readonly edge: number;
  /** Of T(x), over the training simulations. */
  readonly mean: number;
  readonly standardDeviation: number;
}

/** The bounds of one trial: numbers, or parameters of its θ row. */
export function boundAt(bound: Bound, theta: ArrayLike<number>, rowOffset: number): number {
  return typeof bound === "number" ? bound : theta[rowOffset + bound.parameter];
}

/** True when y depends on θ: a bound is a parameter. */
export function dependsOnTheta({ lower, upper }: ContinuousColumn): boolean {
  return typeof lower !== "number" || typeof upper !== "number";
}

export function transformFor(hasLower: boolean, hasUpper: boolean): ContinuousTransform {
  if (hasLower) return hasUpper ? "logit" : "log";
  return hasUpper ? "reflectedLog" : "identity";
}

/** log d, continued below `edge` by its tangent. */
function edgedLog(distance: number, edge: number): number {
  return distance > edge ? Math.log(distance) : Math.log(edge) + (distance - edge) / edge;
}

/** The derivative of `edgedLog`. */
function edgedSlope(distance: number, edge: number): number {
  return 1 / Math.max(distance, edge);
}

/** The derivative of log(edgedSlope): −1/d, and 0 below the edge. */
function edgedLogSlopeDerivative(distance: number, edge: number): number {
  return distance > edge ? -1 / distance : 0;
}

/** T(x), not yet standardised. */
export function transformValue(
  { transform, edge }: Pick<ContinuousColumn, "transform" | "edge">,
  x: number,
  lower: number,
  upper: number,
): number {
  switch (transform) {
    case "identity":
      return x;
    case "held":
      return Math.min(Math.max(x, lower), upper);
    case "log":
      return edgedLog(x - lower, edge);
    case "reflectedLog":
      return -edgedLog(upper - x, edge);
    case "logit":
      return edgedLog(x - lower, edge) - edgedLog(upper - x, edge);
    case "walled":
      return walledValue(x, lower, upper);
  }
}

/** The inverse of `transformValue`, where that is not the tangent's continuation. */
export function inverseTransform(
  { transform }: Pick<ContinuousColumn, "transform">,
  t: number,
  lower: number,
  upper: number,
): number {
  switch (transform) {
    case "identity":
    case "held":
      return t;
    case "log":
      return lower + Math.exp(t);
    case "reflectedLog":
      return upper - Math.exp(-t);
    case "logit":
      return lower + (upper - lower) / (1 + Math.exp(-t));
    case "walled":
      return walledInverse(t, lower, upper);
  }
}

/** log dT/dx; for a column that is held, what it loses beyond its bounds. */
export function logTransformSlope(
  { transform, edge }: Pick<ContinuousColumn, "transform" | "edge">,
  x: number,
  lower: number,
  upper: number,
): number {
  switch (transform) {
    case "identity":
      return 0;
    case "held":
      return x < lower ? (x - lower) / edge : x > upper ? (upper - x) / edge : 0;
    case "log":
      return Math.log(edgedSlope(x - lower, edge));
    case "reflectedLog":
      return Math.log(edgedSlope(upper - x, edge));
    case "logit":
      return Math.log(edgedSlope(x - lower, edge) + edgedSlope(upper - x, edge));
    case "walled":
      return Math.log(walledSlope(x, lower, upper));
  }
}

/** What moving the bounds does to T(x) and to log dT/dx; overwritten by `boundDerivatives`. */
export interface BoundDerivatives {
  valueByLower: number;
  valueByUpper: number;
  logSlopeByLower: number;
  logSlopeByUpper: number;
}

/** Overwrites `out` with the derivatives of T(x) and log dT/dx in the two bounds; those of an absent bound are 0. */
export function boundDerivatives(
  { transform, edge }: Pick<ContinuousColumn, "transform" | "edge">,
  x: number,
  lower: number,
  upper: number,
  out: BoundDerivatives,
): void {
  if (transform === "walled") throw new Error("the bounds of a walled column are numbers");
  if (transform === "held") {
    out.valueByLower = x < lower ? 1 : 0;
    out.valueByUpper = x > upper ? 1 : 0;
    out.logSlopeByLower = x < lower ? -1 / edge : 0;
    out.logSlopeByUpper = x > upper ? 1 / edge : 0;
    return;
  }
  const above = x - lower;
  const below = upper - x;
  const hasLower = transform === "log" || transform === "logit";
  const hasUpper = transform === "reflectedLog" || transform === "logit";
  const fromLower = hasLower ? edgedSlope(above, edge) : 0;
  const fromUpper = hasUpper ? edgedSlope(below, edge) : 0;
  const slope = fromLower + fromUpper;
  out.valueByLower = -fromLower;
  out.valueByUpper = -fromUpper;
  // d log slope = Σ (slope_k / slope) · d log slope_k, where slope_k falls with the distance from bound k.
  out.logSlopeByLower = hasLower ? (-fromLower / slope) * edgedLogSlopeDerivative(above, edge) : 0;
  out.logSlopeByUpper = hasUpper ? (fromUpper / slope) * edgedLogSlopeDerivative(below, edge) : 0;
}

/** Which bounds a declared column has: numbers, parameters by name, or none (infinite). */
export function resolveBounds(
  { bounds }: ColumnSpec,
  parameterNames: readonly string[],
): { readonly lower: Bound; readonly upper: Bound } {
  const resolve = (bound: number | string | undefined, open: number): Bound => {
    if (bound === undefined) return open;
    return typeof bound === "number" ? bound : { parameter: parameterNames.indexOf(bound) };
  };
  return { lower: resolve(bounds?.lower, -Infinity), upper: resolve(bounds?.upper, Infinity) };
}
