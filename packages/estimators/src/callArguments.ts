import { PoolishError } from "@poolish/core";

/** Plain numbers stand for arrays of one. */
export type Numbers = number | ArrayLike<number>;

export function toArray(values: Numbers): Float64Array {
  return typeof values === "number" ? Float64Array.of(values) : Float64Array.from(values);
}

/** Every `width`-th number from `index`. */
export function strided(values: Float64Array, width: number, index: number): Float64Array {
  return Float64Array.from({ length: Math.floor(values.length / width) }, (_, i) => values[i * width + index]);
}

/** The number of rows of x. @throws PoolishError unless it fills them. */
export function countRows(x: Float64Array, width: number): number {
  if (x.length % width === 0) return x.length / width;
  return refuseLength("x", x.length, `a multiple of ${width}, its number of columns`);
}

/** Whether `values` are one row for all; else one for each of `count`. @throws PoolishError for another length. */
export function isSharedRow(field: string, values: Float64Array, width: number, count: number): boolean {
  if (values.length === width) return true;
  if (values.length === count * width) return false;
  return refuseLength(field, values.length, `${width} (one row for all) or ${count * width} (one row for each)`);
}

function refuseLength(field: string, length: number, wanted: string): never {
  throw new PoolishError(`got ${length} numbers, expected ${wanted}`, {
    kind: "input",
    field,
    remedy: "Pass rows of numbers, one after another.",
  });
}
