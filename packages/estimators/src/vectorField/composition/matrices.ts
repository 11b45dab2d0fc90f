import { cholesky, symmetricEigen } from "@poolish/math";

/** The inverse of a symmetric positive definite matrix (n × n), or undefined. */
export function invertPositiveDefinite(matrix: Float64Array, n: number): Float64Array | undefined {
  const factor = cholesky(matrix, n);
  if (factor === undefined) return undefined;
  const inverse = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let c = 0; c < n; c++) {
    for (let i = 0; i < n; i++) {
      let sum = i === c ? 1 : 0;
      for (let k = 0; k < i; k++) sum -= factor[i * n + k] * column[k];
      column[i] = sum / factor[i * n + i];
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = column[i];
      for (let k = i + 1; k < n; k++) sum -= factor[k * n + i] * column[k];
      column[i] = sum / factor[i * n + i];
    }
    for (let i = 0; i < n; i++) inverse[i * n + c] = column[i];
  }
  return inverse;
}

/** A symmetric matrix with its eigenvalues held within [lowest, highest]. */
export function clampEigenvalues(matrix: Float64Array, n: number, lowest: number, highest: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, n);
  const out = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const value = Math.min(highest, Math.max(lowest, values[k]));
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) out[i * n + j] += value * vectors[k * n + i] * vectors[k * n + j];
    }
  }
  return out;
}

/** out = matrix · x, or ADDS it times `factor`. */
export function addProduct(matrix: Float64Array, x: Float64Array, at: number, factor: number, out: Float64Array): void {
  const n = out.length;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i] += factor * matrix[i * n + j] * x[at + j];
}
