import { PoolishError } from "@poolish/core";
import type { IntervalEstimate } from "./intervalEstimate.ts";

function inputError(field: string, message: string, remedy: string, row?: number): PoolishError {
  return new PoolishError(message, { kind: "input", field, remedy, ...(row === undefined ? {} : { row }) });
}

/** @throws PoolishError naming `field` unless `value` is a finite number. */
export function requireFinite(field: string, value: number): void {
  if (Number.isFinite(value)) return;
  throw inputError(field, `expected a finite number, got ${value}`, "Leave out or mend what could not be computed.");
}

/** @throws PoolishError naming `field` and the first row that is not a finite number. */
export function requireAllFinite(field: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) continue;
    throw inputError(
      field,
      `expected finite numbers, got ${value}`,
      "Leave out or mend what could not be computed.",
      i,
    );
  }
}

/** @throws PoolishError naming `field` unless the three numbers are finite and lower ≤ upper. */
export function requireInterval(field: string, interval: IntervalEstimate): void {
  requireFinite(`${field}.mean`, interval.mean);
  requireFinite(`${field}.lower`, interval.lower);
  requireFinite(`${field}.upper`, interval.upper);
  if (interval.lower <= interval.upper) return;
  throw inputError(field, `lower ${interval.lower} is above upper ${interval.upper}`, "Exchange the two bounds.");
}

/** @throws PoolishError naming `field` unless it has as many entries as `otherField`. */
export function requireSameLength(field: string, length: number, otherField: string, otherLength: number): void {
  if (length === otherLength) return;
  const message = `has ${length} entries, but ${otherField} has ${otherLength}`;
  throw inputError(field, message, `Pass one entry of ${field} for each of ${otherField}.`);
}

/** @throws PoolishError naming `field` when there is nothing to draw. */
export function requireSome(field: string, length: number): void {
  if (length > 0) return;
  throw inputError(field, "is empty", `Pass at least one entry in ${field}.`);
}
