export interface SymmetricEigen {
  /** The n eigenvalues, in ascending order. */
  readonly values: Float64Array;
  /** n × n, row-major: row k is the unit eigenvector of values[k]. */
  readonly vectors: Float64Array;
}

/** Far more than QL ever takes (about two an eigenvalue); only NaN gets there, and then the results are NaN. */
const MAX_SWEEPS = 60;

/**
 * All eigenvalues and eigenvectors of a symmetric matrix (n × n, row-major; not written to): Householder
 * tridiagonalisation and implicit QL steps (Golub & Van Loan 2013, algorithms 8.3.1 and 8.3.2–8.3.3), about 9n³ flops.
 * Errors are of the order of the machine precision times the largest eigenvalue. NaN or infinite entries give NaN.
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(n);
  const vectors = tridiagonalize(matrix.slice(), n, diagonal, offDiagonal);
  for (let first = 0; first < n; first++) isolate(first, n, diagonal, offDiagonal, vectors);
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[i] - diagonal[j]);
  const sorted = new Float64Array(n * n);
  for (let k = 0; k < n; k++) sorted.set(vectors.subarray(order[k] * n, (order[k] + 1) * n), k * n);
  return { values: Float64Array.from(order, (i) => diagonal[i]), vectors: sorted };
}

/** Overwrites `a`; fills both diagonals of T and returns Qᵀ with A = Q T Qᵀ. */
function tridiagonalize(a: Float64Array, n: number, diagonal: Float64Array, offDiagonal: Float64Array): Float64Array {
  const transposedQ = new Float64Array(n * n);
  for (let i = 0; i < n; i++) transposedQ[i * n + i] = 1;
  const v = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    diagonal[k] = a[k * n + k];
    if (k === n - 1) break;
    let squared = 0;
    for (let i = k + 1; i < n; i++) squared += a[i * n + k] ** 2;
    const head = a[(k + 1) * n + k];
    const alpha = head > 0 ? -Math.sqrt(squared) : Math.sqrt(squared);
    offDiagonal[k] = alpha;
    const beta = 1 / (squared - alpha * head);
    // Zeros below the diagonal already: there is nothing to reflect.
    if (beta === Infinity) continue;
    for (let i = k + 1; i < n; i++) v[i] = a[i * n + k];
    v[k + 1] -= alpha;
    reflectBoth(a, n, k + 1, v, beta);
    reflectRows(transposedQ, n, k + 1, v, beta);
  }
  return transposedQ;
}

/** A ← H A H on the trailing block that starts at `start`, H = I - beta v vᵀ. */
function reflectBoth(a: Float64Array, n: number, start: number, v: Float64Array, beta: number): void {
  const w = new Float64Array(n);
  let overlap = 0;
  for (let i = start; i < n; i++) {
    let sum = 0;
    for (let j = start; j < n; j++) sum += a[i * n + j] * v[j];
    w[i] = beta * sum;
    overlap += w[i] * v[i];
  }
  for (let i = start; i < n; i++) w[i] -= 0.5 * beta * overlap * v[i];
  for (let i = start; i < n; i++) {
    for (let j = start; j < n; j++) a[i * n + j] -= v[i] * w[j] + w[i] * v[j];
  }
}

/** Z ← H Z, H = I - beta v vᵀ. */
function reflectRows(z: Float64Array, n: number, start: number, v: Float64Array, beta: number): void {
  const sums = new Float64Array(n);
  for (let i = start; i < n; i++) {
    for (let j = 0; j < n; j++) sums[j] += v[i] * z[i * n + j];
  }
  for (let i = start; i < n; i++) {
    const factor = beta * v[i];
    for (let j = 0; j < n; j++) z[i * n + j] -= factor * sums[j];
  }
}

/** QL steps until the off-diagonal entry below `first` is negligible: diagonal[first] is an eigenvalue then. */
function isolate(first: number, n: number, diagonal: Float64Array, offDiagonal: Float64Array, z: Float64Array): void {
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let last = first;
    while (last < n - 1) {
      const scale = Math.abs(diagonal[last]) + Math.abs(diagonal[last + 1]);
      if (Math.abs(offDiagonal[last]) <= Number.EPSILON * scale) break;
      last++;
    }
    if (last === first) return;
    qlStep(first, last, n, diagonal, offDiagonal, z);
  }
}

/** One implicit QL step with Wilkinson's shift on the block first..last; the rotations also turn the rows of `z`. */
function qlStep(
  first: number,
  last: number,
  n: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  z: Float64Array,
): void {
  const ratio = (diagonal[first + 1] - diagonal[first]) / (2 * offDiagonal[first]);
  const root = Math.sqrt(ratio * ratio + 1);
  let bulge = diagonal[last] - diagonal[first] + offDiagonal[first] / (ratio + (ratio < 0 ? -root : root));
  let sine = 1;
  let cosine = 1;
  let shift = 0;
  for (let i = last - 1; i >= first; i--) {
    const f = sine * offDiagonal[i];
    const b = cosine * offDiagonal[i];
    const norm = Math.sqrt(f * f + bulge * bulge);
    offDiagonal[i + 1] = norm;
    if (norm === 0) {
      // The block falls apart here; the next sweep takes its parts.
      diagonal[i + 1] -= shift;
      offDiagonal[last] = 0;
      return;
    }
    sine = f / norm;
    cosine = bulge / norm;
    const g = diagonal[i + 1] - shift;
    const r = (diagonal[i] - g) * sine + 2 * cosine * b;
    shift = sine * r;
    diagonal[i + 1] = g + shift;
    bulge = cosine * r - b;
    rotateRows(z, n, i, cosine, sine);
  }
  diagonal[first] -= shift;
  offDiagonal[first] = bulge;
  offDiagonal[last] = 0;
}

/** Rotates rows i and i + 1. */
function rotateRows(z: Float64Array, n: number, i: number, cosine: number, sine: number): void {
  const upper = i * n;
  const lower = upper + n;
  for (let k = 0; k < n; k++) {
    const a = z[upper + k];
    const b = z[lower + k];
    z[upper + k] = cosine * a - sine * b;
    z[lower + k] = sine * a + cosine * b;
  }
}
