import { orthonormalBasis } from "@poolish/math";
import { type LowRankFactors, lowRankMetric } from "../lowRankMetric.ts";
import { diagonalMetric } from "../metric.ts";
import type { NutsState } from "../nuts.ts";
import { initialVariance } from "./diagonalFisher.ts";
import { geometricMean } from "./geometricMean.ts";
import { clampVariance, type MetricEstimator, MIN_DRAWS } from "./metricEstimator.ts";
import { createWelford } from "./welford.ts";

/** Directions whose eigenvalue lies between a half and two are left to the diagonal (nuts-rs, eigval_cutoff). */
const EIGENVALUE_CUTOFF = 2;
/** The identity is worth this much of one draw (nuts-rs, gamma): no shrinkage where there are more draws than directions. */
const GAMMA = 1e-5;
/** At most so many draws, evenly spaced, span the subspace that is searched: dense algebra in twice as many dimensions. */
const MAX_SPANNING_DRAWS = 100;
/**
 * The early windows hold 20 draws at most, of a chain that still travels: what stands out among so few is its way, and a metric that takes
 * that for the posterior's shape costs hundreds of gradients a draw. nuts-rs fits directions from three draws on.
 */
const FEWEST_DRAWS = 40;

/**
 * The low-rank-plus-diagonal metric that maps the gradients of the window onto its draws (Seyboldt, Carlson & Carpenter
 * 2026, arXiv:2603.18845; nuts-rs). A window of fewer than 40 draws gives the diagonal Fisher metric. Keeps the states of both
 * windows.
 */
export function lowRankFisher(start: NutsState): MetricEstimator {
  const variance = initialVariance(start.gradient);
  const states = [start];
  let backgroundStart = 0;
  return {
    initial: diagonalMetric(variance),
    get backgroundCount() {
      return states.length - backgroundStart;
    },
    add: (state) => states.push(state),
    switchWindows() {
      states.splice(0, backgroundStart);
      backgroundStart = states.length;
    },
    estimate() {
      if (states.length < MIN_DRAWS) return undefined;
      const factors = states.length < FEWEST_DRAWS ? fitDiagonal(states, variance) : fitLowRank(states, variance);
      variance.set(factors.scale.map((s) => s * s));
      return factors.eigenvalues.length === 0 ? diagonalMetric(variance.slice()) : lowRankMetric(factors);
    },
  };
}

/**
 * Rescales by the diagonal Fisher metric, and in the span of draws and gradients takes the geometric mean of the draws'
 * covariance and the inverse of the gradients' one. `fallback` has the variances of coordinates that show none.
 */
export function fitLowRank(states: readonly NutsState[], fallback: Float64Array): LowRankFactors {
  const dim = fallback.length;
  const { draws, gradients, scale } = fitScale(states, fallback);
  const rescaledDraws = centred(states, dim, (state, i) => (state.position[i] - draws.mean[i]) / scale[i]);
  const rescaledGradients = centred(states, dim, (state, i) => (state.gradient[i] - gradients.mean[i]) * scale[i]);
  const basis = jointBasis(rescaledDraws, rescaledGradients, dim);
  const rank = basis.length / dim;
  const { values, vectors } = geometricMean(
    regularizedScatter(project(rescaledDraws, basis, dim), rank),
    regularizedScatter(project(rescaledGradients, basis, dim), rank),
    rank,
  );
  const kept = Array.from(values.keys()).filter((k) => isOutstanding(values[k]));
  const eigenvectors = new Float64Array(kept.length * dim);
  kept.forEach((k, row) => {
    const combined = eigenvectors.subarray(row * dim, (row + 1) * dim);
    for (let j = 0; j < rank; j++) {
      for (let i = 0; i < dim; i++) combined[i] += vectors[k * rank + j] * basis[j * dim + i];
    }
  });
  return { scale, eigenvalues: Float64Array.from(kept, (k) => values[k]), eigenvectors };
}

function fitDiagonal(states: readonly NutsState[], fallback: Float64Array): LowRankFactors {
  const { scale } = fitScale(states, fallback);
  return { scale, eigenvalues: new Float64Array(0), eigenvectors: new Float64Array(0) };
}

function fitScale(states: readonly NutsState[], fallback: Float64Array) {
  const draws = moments(states, fallback.length, (state) => state.position);
  const gradients = moments(states, fallback.length, (state) => state.gradient);
  const scale = fallback.map((v, i) =>
    Math.sqrt(clampVariance(Math.sqrt(draws.variance[i] / gradients.variance[i]), v)),
  );
  return { draws, gradients, scale };
}

/** False for NaN and zero, too, which leaves the direction to the diagonal. */
function isOutstanding(eigenvalue: number): boolean {
  const isLarge = eigenvalue > EIGENVALUE_CUTOFF && eigenvalue < Infinity;
  return isLarge || (eigenvalue > 0 && eigenvalue < 1 / EIGENVALUE_CUTOFF);
}

function moments(states: readonly NutsState[], dim: number, of: (state: NutsState) => Float64Array) {
  const welford = createWelford(dim);
  for (const state of states) welford.add(of(state));
  return { mean: welford.mean(), variance: welford.variance() };
}

/** numDraws × dim, row-major. */
function centred(states: readonly NutsState[], dim: number, value: (state: NutsState, i: number) => number) {
  const matrix = new Float64Array(states.length * dim);
  states.forEach((state, n) => {
    for (let i = 0; i < dim; i++) matrix[n * dim + i] = value(state, i);
  });
  return matrix;
}

/** An orthonormal basis (rank × dim) of the span of (some of) the rows of both. */
function jointBasis(draws: Float64Array, gradients: Float64Array, dim: number): Float64Array {
  const numDraws = draws.length / dim;
  const numSpanning = Math.min(numDraws, MAX_SPANNING_DRAWS);
  const spanning = new Float64Array(2 * numSpanning * dim);
  for (let k = 0; k < numSpanning; k++) {
    const n = Math.floor((k * numDraws) / numSpanning);
    spanning.set(draws.subarray(n * dim, (n + 1) * dim), 2 * k * dim);
    spanning.set(gradients.subarray(n * dim, (n + 1) * dim), (2 * k + 1) * dim);
  }
  return orthonormalBasis(spanning, dim);
}

/** Coordinates of each row of `matrix` (numRows × dim) in `basis` (rank × dim): numRows × rank. */
function project(matrix: Float64Array, basis: Float64Array, dim: number): Float64Array {
  const numRows = matrix.length / dim;
  const rank = basis.length / dim;
  const projected = new Float64Array(numRows * rank);
  for (let n = 0; n < numRows; n++) {
    for (let j = 0; j < rank; j++) {
      let sum = 0;
      for (let i = 0; i < dim; i++) sum += matrix[n * dim + i] * basis[j * dim + i];
      projected[n * rank + j] = sum;
    }
  }
  return projected;
}

/** Σ_n x_n x_nᵀ / γ + I over the rows x_n. */
function regularizedScatter(rows: Float64Array, rank: number): Float64Array {
  const scatter = new Float64Array(rank * rank);
  for (let n = 0; n < rows.length; n += rank) {
    for (let i = 0; i < rank; i++) {
      const x = rows[n + i] / GAMMA;
      for (let j = 0; j <= i; j++) scatter[i * rank + j] += x * rows[n + j];
    }
  }
  for (let i = 0; i < rank; i++) {
    scatter[i * rank + i] += 1;
    for (let j = 0; j < i; j++) scatter[j * rank + i] = scatter[i * rank + j];
  }
  return scatter;
}
