import type { Kernels, Matrix } from "@poolish/kernels";
import { spread } from "./harness.ts";

/** Fills the first `rows` rows with `scale` times the golden-ratio sequence; rows and columns around stay as they are. */
export function fill(matrix: Matrix, rows: number, start: number, scale = 1): Matrix {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < matrix.columns; j++) {
      matrix.values[i * matrix.stride + j] = Math.fround(scale * spread(start + i * matrix.columns + j));
    }
  }
  return matrix;
}

export function filled(kernels: Kernels, rows: number, columns: number, start: number, scale = 1): Matrix {
  return fill(kernels.allocateMatrix(rows, columns), rows, start, scale);
}

/** Row i as plain numbers. */
export function row(matrix: Matrix, i: number): number[] {
  return Array.from(matrix.values.subarray(i * matrix.stride, i * matrix.stride + matrix.columns));
}

export function rows(matrix: Matrix, count: number): number[][] {
  return Array.from({ length: count }, (_, i) => row(matrix, i));
}

/** Central differences of a function of float64 numbers: truncation h²|f‴|/6, rounding 2⁻⁵²|f|/h, near 1e-9 together. */
export function differences(f: (x: readonly number[]) => number, x: readonly number[]): number[] {
  const h = 1e-6;
  return x.map((value, i) => {
    const at = (shift: number) => f(x.map((other, j) => (j === i ? value + shift : other)));
    return (at(h) - at(-h)) / (2 * h);
  });
}

/** Fails unless each |actual − expected| ≤ relative·|expected| + absolute, NaN and infinities being equal to themselves. */
export function expectClose(
  actual: readonly number[],
  expected: readonly number[],
  relative: number,
  absolute: number,
  what: string,
): void {
  if (actual.length !== expected.length)
    throw new Error(`${what}: ${actual.length} numbers, expected ${expected.length}`);
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(actual[i] + 0, expected[i] + 0)) continue;
    const error = Math.abs(actual[i] - expected[i]);
    if (error <= relative * Math.abs(expected[i]) + absolute) continue;
    throw new Error(`${what}[${i}] = ${actual[i]}, expected ${expected[i]}: off by ${error}`);
  }
}
