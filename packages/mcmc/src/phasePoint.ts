/** A point of phase space with what is known there: scratch that the integrator moves in place. */
export interface PhasePoint {
  readonly position: Float64Array;
  readonly momentum: Float64Array;
  /** M⁻¹ momentum: the time derivative of the position. */
  readonly velocity: Float64Array;
  /** ∂ logDensity / ∂ position. */
  readonly gradient: Float64Array;
  /** Where kernels find the four vectors, one after the other; 0 where they lie elsewhere. */
  readonly address: number;
  logDensity: number;
  kineticEnergy: number;
}

export function createPhasePoint(dim: number): PhasePoint {
  return {
    position: new Float64Array(dim),
    momentum: new Float64Array(dim),
    velocity: new Float64Array(dim),
    gradient: new Float64Array(dim),
    address: 0,
    logDensity: NaN,
    kineticEnergy: NaN,
  };
}

export function copyPhasePoint(from: PhasePoint, to: PhasePoint): void {
  // An indexed loop: `set` costs 40 ns a call, which is more than the copy at usual dimensions.
  for (let i = 0; i < to.position.length; i++) {
    to.position[i] = from.position[i];
    to.momentum[i] = from.momentum[i];
    to.velocity[i] = from.velocity[i];
    to.gradient[i] = from.gradient[i];
  }
  to.logDensity = from.logDensity;
  to.kineticEnergy = from.kineticEnergy;
}

/**
 * The Hamiltonian, -logDensity + kinetic energy. Infinity wherever it is not finite, so that a NaN, a position off the
 * support (-Infinity) and an overflow all mean "cannot be here": a divergence.
 */
export function totalEnergy(point: PhasePoint): number {
  const energy = point.kineticEnergy - point.logDensity;
  return Number.isFinite(energy) ? energy : Infinity;
}
