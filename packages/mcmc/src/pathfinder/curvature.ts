import { orthonormalBasis, symmetricEigen } from "@poolish/math";
import type { LowRankFactors } from "../lowRankMetric.ts";
import { dot } from "./dot.ts";

/**
 * What L-BFGS knows of the curvature: the last steps with the changes of the gradient along them, and a diagonal that all
 * steps have shaped. `step` and `change` are those of the minimised function, minus the log-density.
 */
export interface Curvature {
  /** Learns from a step, unless the function curves down along it (algorithm 3 of the paper, line 4). */
  learn(step: Float64Array, change: Float64Array): void;
  /** The inverse Hessian as diagonal plus low rank. Fresh arrays. */
  inverseHessian(): LowRankFactors;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
}

/** The paper's threshold of step · change over change · change. */
const SMALLEST_CURVATURE = 1e-12;

/**
 * Starts with the identity and remembers `historySize` steps (Zhang, Carpenter, Gelman & Vehtari 2022, JMLR 23(306),
 * algorithm 3). Costs O(historySize² · dim) a call.
 */
export function createCurvature(dim: number, historySize: number): Curvature {
  const diagonal = new Float64Array(dim).fill(1);
  const pairs: Pair[] = [];
  return {
    learn(step, change) {
      const curvature = dot(step, change);
      if (!(curvature > SMALLEST_CURVATURE * dot(change, change))) return;
      updateDiagonal(diagonal, step, change, curvature);
      pairs.push({ step: step.slice(), change: change.slice() });
      if (pairs.length > historySize) pairs.shift();
    },
    inverseHessian: () => factorize(diagonal.map(Math.sqrt), pairs),
  };
}

/** The diagonal of the BFGS update of diag(d) (Gilbert & Lemaréchal 1989, eq. 4.9); positive but for rounding. */
function updateDiagonal(d: Float64Array, step: Float64Array, change: Float64Array, curvature: number): void {
  let a = 0;
  let c = 0;
  for (let i = 0; i < d.length; i++) {
    a += change[i] * d[i] * change[i];
    c += (step[i] * step[i]) / d[i];
  }
  for (let i = 0; i < d.length; i++) {
    const ownShare = (step[i] * step[i]) / (c * d[i]);
    const next = curvature / ((a * (1 - ownShare)) / d[i] + change[i] * change[i]);
    if (next > 0 && next < Infinity) d[i] = next;
  }
}

/**
 * The BFGS inverse Hessian of `pairs` over diag(scale²), on the scale where that diagonal is I. It differs from I only in
 * the span of the whitened pairs, so the updates are done there, on a matrix as small as twice the pairs: equal to the
 * compact form of the paper's eq. 10–12, and positive definite by construction.
 */
function factorize(scale: Float64Array, pairs: readonly Pair[]): LowRankFactors {
  const dim = scale.length;
  const steps = pairs.map(({ step }) => step.map((x, i) => x / scale[i]));
  const changes = pairs.map(({ change }) => change.map((x, i) => x * scale[i]));
  const whitened = new Float64Array(2 * pairs.length * dim);
  [...steps, ...changes].forEach((row, k) => {
    whitened.set(row, k * dim);
  });
  const basis = orthonormalBasis(whitened, dim);
  const rank = basis.length / dim;
  const small = new Float64Array(rank * rank);
  for (let k = 0; k < rank; k++) small[k * rank + k] = 1;
  steps.forEach((step, k) => {
    updateInverse(small, coordinates(basis, step), coordinates(basis, changes[k]));
  });
  const { values, vectors } = symmetricEigen(small, rank);
  return { scale, eigenvalues: values, eigenvectors: multiply(vectors, basis, rank, dim) };
}

/** H ← (I - ρ s zᵀ) H (I - ρ z sᵀ) + ρ s sᵀ with ρ = 1 / s·z (Nocedal & Wright 2006, eq. 6.17), in place. */
function updateInverse(h: Float64Array, s: Float64Array, z: Float64Array): void {
  const n = s.length;
  const rho = 1 / dot(s, z);
  const hz = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) hz[i] += h[i * n + j] * z[j];
  }
  const weight = rho * (1 + rho * dot(z, hz));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) h[i * n + j] += weight * s[i] * s[j] - rho * (s[i] * hz[j] + hz[i] * s[j]);
  }
}

function coordinates(basis: Float64Array, vector: Float64Array): Float64Array {
  const dim = vector.length;
  return Float64Array.from({ length: basis.length / dim }, (_, k) =>
    dot(basis.subarray(k * dim, (k + 1) * dim), vector),
  );
}

/** The product of `a` (rank × rank) and `b` (rank × dim), row-major. */
function multiply(a: Float64Array, b: Float64Array, rank: number, dim: number): Float64Array {
  const product = new Float64Array(rank * dim);
  for (let k = 0; k < rank; k++) {
    for (let j = 0; j < rank; j++) {
      const factor = a[k * rank + j];
      for (let i = 0; i < dim; i++) product[k * dim + i] += factor * b[j * dim + i];
    }
  }
  return product;
}
