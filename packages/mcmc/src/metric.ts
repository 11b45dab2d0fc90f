import type { Rng } from "@poolish/core";
import { standardNormal } from "@poolish/math";

/** A Euclidean metric: momentum ~ Normal(0, M), kinetic energy ½ pᵀ M⁻¹ p. The best M⁻¹ is the target's covariance. */
export interface Metric {
  readonly dim: number;
  /** True when M⁻¹ is the diagonal alone; the integrator then works with that and leaves `velocity` out. */
  readonly isDiagonal: boolean;
  /** The diagonal of M⁻¹ (a variance for each coordinate), for reports; not to be written to. */
  readonly inverseMass: Float64Array;
  /** Overwrites `momentum` with a draw from Normal(0, M). */
  drawMomentum(rng: Rng, momentum: Float64Array): void;
  /** Overwrites `velocity` with M⁻¹ momentum; returns the kinetic energy ½ momentum · velocity. */
  velocity(momentum: Float64Array, velocity: Float64Array): number;
}

/**
 * The diagonal metric with M⁻¹ = diag(inverseMass), which is copied.
 * @throws Error when an entry is not finite and positive (a bug of the adaptation).
 */
export function diagonalMetric(inverseMass: Float64Array): Metric {
  const variance = inverseMass.slice();
  if (!variance.every((v) => v > 0 && v < Infinity)) throw new Error(`inverse mass must be positive, got ${variance}`);
  const momentumScale = variance.map((v) => 1 / Math.sqrt(v));
  return {
    dim: variance.length,
    isDiagonal: true,
    inverseMass: variance,
    drawMomentum(rng, momentum) {
      for (let i = 0; i < momentumScale.length; i++) momentum[i] = standardNormal(rng) * momentumScale[i];
    },
    velocity(momentum, velocity) {
      let twiceEnergy = 0;
      for (let i = 0; i < variance.length; i++) {
        const v = variance[i] * momentum[i];
        velocity[i] = v;
        twiceEnergy += momentum[i] * v;
      }
      return 0.5 * twiceEnergy;
    },
  };
}

/** The metric with M = I. */
export function unitMetric(dim: number): Metric {
  return diagonalMetric(new Float64Array(dim).fill(1));
}
