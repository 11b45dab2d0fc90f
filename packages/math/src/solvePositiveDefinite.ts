import { cholesky } from "./cholesky.ts";

/**
 * Solves A x = b for a symmetric positive definite A (n × n, row-major; its lower triangle is read) by Cholesky's
 * factorisation. Leaves `a` and `b` alone. Returns undefined when A is not positive definite to working precision.
 */
export function solvePositiveDefinite(a: Float64Array, b: Float64Array): Float64Array | undefined {
  const n = b.length;
  const factor = cholesky(a, n);
  if (factor === undefined) return undefined;
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= factor[i * n + k] * x[k];
    x[i] /= factor[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= factor[k * n + i] * x[k];
    x[i] /= factor[i * n + i];
  }
  return x;
}
