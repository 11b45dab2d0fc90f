import { type Argument, PoolishError, real } from "@poolish/core";
import type { FamilyParameter, Strided } from "./family.ts";

/** What truncates or censors: either side may be absent (or infinite), and either may be a value of a model. */
export interface Bounds {
  readonly lower?: Argument;
  readonly upper?: Argument;
}

/** Which sides a composed family is bounded on. */
export type BoundedSides = "lower" | "upper" | "both";

const lowerParameter: FamilyParameter = { name: "lower", support: real };
const upperParameter: FamilyParameter = { name: "upper", support: real };

export function hasLower(sides: BoundedSides): boolean {
  return sides !== "upper";
}

export function hasUpper(sides: BoundedSides): boolean {
  return sides !== "lower";
}

/** The parameters that the bounds are, after those of the component. */
export function boundParameters(sides: BoundedSides): readonly FamilyParameter[] {
  return [...(hasLower(sides) ? [lowerParameter] : []), ...(hasUpper(sides) ? [upperParameter] : [])];
}

/** The bounds of element i from the last columns: infinite where the family has none. */
export function boundsOfElement(sides: BoundedSides, parameters: readonly Strided[], i: number): [number, number] {
  const read = ({ values, offset, stride }: Strided): number => values[offset + i * stride];
  const last = read(parameters[parameters.length - 1]);
  if (sides === "both") return [read(parameters[parameters.length - 2]), last];
  return sides === "lower" ? [last, Infinity] : [-Infinity, last];
}

/** Reads the bounds that follow `numComponent` numbers: infinite where the family has none. */
export function readBounds(sides: BoundedSides, numbers: readonly number[], numComponent: number): [number, number] {
  const lower = hasLower(sides) ? numbers[numComponent] : -Infinity;
  const upper = hasUpper(sides) ? numbers[numComponent + (hasLower(sides) ? 1 : 0)] : Infinity;
  return [lower, upper];
}

/** The bounds that are there must be finite numbers. */
export function areBoundsFinite(sides: BoundedSides, lower: number, upper: number): boolean {
  return (!hasLower(sides) || Number.isFinite(lower)) && (!hasUpper(sides) || Number.isFinite(upper));
}

/**
 * The sides that are bounded, with their arguments in order; undefined when neither is.
 * @throws PoolishError for numbers that enclose nothing.
 */
export function sortBounds(
  kind: string,
  { lower, upper }: Bounds,
): { readonly sides: BoundedSides; readonly values: readonly Argument[] } | undefined {
  if (typeof lower === "number" && typeof upper === "number" && !(lower < upper)) {
    throw new PoolishError(`expected a number above lower = ${lower}, got ${upper}`, {
      kind: "input",
      field: `${kind}.upper`,
      remedy: "Pass a lower bound below the upper one.",
    });
  }
  const isLow = lower !== undefined && lower !== -Infinity;
  const isHigh = upper !== undefined && upper !== Infinity;
  if (isLow && isHigh) return { sides: "both", values: [lower, upper] };
  if (isLow) return { sides: "lower", values: [lower] };
  return isHigh ? { sides: "upper", values: [upper] } : undefined;
}

/** True when x or one of its bounds is NaN. */
export function isAnyOfNaN(x: number, lower: number, upper: number): boolean {
  return Number.isNaN(x) || Number.isNaN(lower) || Number.isNaN(upper);
}
