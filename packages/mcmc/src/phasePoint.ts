/** A point of phase space with what is known there: scratch that the integrator moves in place. */
export interface PhasePoint {
  readonly position: Float64Array;
  readonly momentum: Float64Array;
  /** M⁻¹ momentum: the time derivative of the position. */
  readonly velocity: Float64Array;
  /** ∂ logDensity / ∂ position. */
  readonly gradient: Float64Array;
  logDensity: number;
  kineticEnergy: number;
}

export function createPhasePoint(dim: number): PhasePoint {
  return {
    position: new Float64Array(dim),
    momentum: new Float64Array(dim),
    velocity: new Float64Array(dim),
    gradient: new Float64Array(dim),
    logDensity: NaN,
    kineticEnergy: NaN,
  };
}

export function copyPhasePoint(from: PhasePoint, to: PhasePoint): void {
  // An indexed loop: `set` costs 40 ns a call, which is more than the copy at usual dimensions.
  const { position, momentum, velocity, gradient } = to;
  for (let i = 0; i < position.length; i++) {
    position[i] = from.position[i];
    momentum[i] = from.momentum[i];
    velocity[i] = from.velocity[i];
    gradient[i] = from.gradient[i];
  }
  to.logDensity = from.logDensity;
  to.kineticEnergy = from.kineticEnergy;
}

/**
 * The Hamiltonian, -logDensity + kinetic energy. Infinity wherever it is not finite, so that a NaN, a position off the
 * support (-Infinity) and an overflow all mean "cannot be here": a divergence.
 */
export function totalEnergy({ kineticEnergy, logDensity }: Pick<PhasePoint, "kineticEnergy" | "logDensity">): number {
  const energy = kineticEnergy - logDensity;
  return Number.isFinite(energy) ? energy : Infinity;
}
