import { isOnSupport } from "@poolish/core";
import type { Family } from "./family.ts";

/** True for a finite number above 0. */
export function isPositive(x: number): boolean {
  return x > 0 && x < Infinity;
}

/** True for a finite integer of at least 0. */
export function isCount(x: number): boolean {
  return x >= 0 && Number.isInteger(x);
}

/** True when each parameter lies on its own support. */
export function areParametersOnSupport(family: Family, parameters: readonly number[]): boolean {
  for (let k = 0; k < family.parameters.length; k++) {
    if (!isOnSupport(family.parameters[k].support, parameters[k])) return false;
  }
  return true;
}

/**
 * What `evaluate` writes for element i when x or a parameter is off its support: -Infinity and zero partials, or NaN
 * throughout when one of the inputs is NaN.
 */
export function refuseElement(
  i: number,
  logTerms: Float64Array,
  partials: readonly Float64Array[],
  isAnyNaN: boolean,
): void {
  logTerms[i] = isAnyNaN ? NaN : -Infinity;
  for (const partial of partials) partial[i] = isAnyNaN ? NaN : 0;
}
