import type { Rng } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import type { Metric } from "./metric.ts";

/** M⁻¹ = S (I + Σ_k (eigenvalue_k - 1) v_k v_kᵀ) S with S = diag(scale) and orthonormal v_k. */
export interface LowRankFactors {
  /** A standard deviation for each coordinate. */
  readonly scale: Float64Array;
  /** Positive; as many as there are directions that stand out. */
  readonly eigenvalues: Float64Array;
  /** rank × dim, row-major: row k is v_k. */
  readonly eigenvectors: Float64Array;
}

/**
 * The low-rank-plus-diagonal metric (Seyboldt, Carlson & Carpenter 2026, arXiv:2603.18845). A velocity costs
 * 4 · rank · dim flops. The factors are not copied: do not write to them afterwards.
 * @throws Error when a scale or an eigenvalue is not finite and positive (a bug of the adaptation).
 */
export function lowRankMetric({ scale, eigenvalues, eigenvectors }: LowRankFactors): Metric {
  const isPositive = (value: number) => value > 0 && value < Infinity;
  if (!scale.every(isPositive)) throw new Error(`scales must be positive, got ${scale}`);
  if (!eigenvalues.every(isPositive)) throw new Error(`eigenvalues must be positive, got ${eigenvalues}`);
  const dim = scale.length;
  const stretches = eigenvalues.map((value) => value - 1);
  const momentumStretches = eigenvalues.map((value) => 1 / Math.sqrt(value) - 1);
  const whitened = new Float64Array(dim);
  return {
    dim,
    isDiagonal: false,
    inverseMass: diagonal(scale, stretches, eigenvectors),
    drawMomentum(rng: Rng, momentum) {
      for (let i = 0; i < dim; i++) whitened[i] = standardNormal(rng);
      stretch(momentumStretches, eigenvectors, whitened, momentum);
      for (let i = 0; i < dim; i++) momentum[i] /= scale[i];
    },
    velocity(momentum, velocity) {
      for (let i = 0; i < dim; i++) whitened[i] = scale[i] * momentum[i];
      stretch(stretches, eigenvectors, whitened, velocity);
      let twiceEnergy = 0;
      for (let i = 0; i < dim; i++) {
        velocity[i] *= scale[i];
        twiceEnergy += momentum[i] * velocity[i];
      }
      return 0.5 * twiceEnergy;
    },
  };
}

/** to = (I + Σ_k stretches_k v_k v_kᵀ) from. */
function stretch(stretches: Float64Array, vectors: Float64Array, from: Float64Array, to: Float64Array): void {
  const dim = from.length;
  for (let i = 0; i < dim; i++) to[i] = from[i];
  for (let k = 0; k < stretches.length; k++) {
    const row = k * dim;
    let component = 0;
    for (let i = 0; i < dim; i++) component += vectors[row + i] * from[i];
    component *= stretches[k];
    for (let i = 0; i < dim; i++) to[i] += component * vectors[row + i];
  }
}

function diagonal(scale: Float64Array, stretches: Float64Array, vectors: Float64Array): Float64Array {
  const dim = scale.length;
  return scale.map((s, i) => {
    const inner = stretches.reduce((sum, stretch, k) => sum + stretch * vectors[k * dim + i] ** 2, 1);
    return s * s * inner;
  });
}
