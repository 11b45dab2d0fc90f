import type { FamilyParameter } from "./family.ts";

/** Weights come from files and from sums of rounded terms. */
const SUM_TOLERANCE = 1e-6;

/** True when the numbers of an element are shares: none negative, with sum 1 (to 1e-6). Zeros are allowed. */
export function areShares(values: ArrayLike<number>, offset: number, size: number): boolean {
  let sum = 0;
  for (let i = 0; i < size; i++) {
    if (!(values[offset + i] >= 0)) return false;
    sum += values[offset + i];
  }
  return Math.abs(sum - 1) <= SUM_TOLERANCE;
}

/** True for finite numbers with a positive diagonal and zeros above it: size × size, row-major. */
export function isCholeskyFactor(values: ArrayLike<number>, offset: number, size: number): boolean {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) if (!Number.isFinite(values[offset + i * size + j])) return false;
    for (let j = i + 1; j < size; j++) if (values[offset + i * size + j] !== 0) return false;
    const pivot = values[offset + i * size + i];
    if (!(pivot > 0 && pivot < Infinity)) return false;
  }
  return true;
}

/** What the numbers of a vector or matrix parameter should be and are not, in words; undefined when all is well. */
export function faultOfStructure(
  { size, shape, structure }: FamilyParameter,
  value: ArrayLike<number>,
): string | undefined {
  const { length } = value;
  if (length === 0 || (size !== undefined && length !== size)) return `${size ?? "at least 1"} numbers`;
  const side = Math.round(Math.sqrt(length));
  if (shape === "matrix" && side * side !== length) return "a square matrix, row-major";
  if (structure === "simplex" && !areShares(value, 0, length)) return "shares that sum to 1, none below 0";
  if (structure === "choleskyFactor" && !isCholeskyFactor(value, 0, side)) {
    return "a lower Cholesky factor, row-major, with a positive diagonal and zeros above it";
  }
  return undefined;
}
