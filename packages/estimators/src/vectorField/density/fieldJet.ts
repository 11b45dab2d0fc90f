import type { Directions } from "./directions.ts";

/** The field with its exact divergence, and the gradients of both: what log-densities are made of. */
export interface FieldJet {
  /** Rows (numRows × numFeatures) of the runs that follow, the row of each term, and conditions (numTerms × numConditions). */
  set(features: Float64Array, numRows: number, rowOfTerm: Int32Array, conditions: Float64Array, numTerms: number): void;
  /**
   * Overwrites `turn` (numTerms × D) and `divergence` (numTerms), Σ_d ∂turn_d/∂u_d, at u (numTerms × D): exactly, or, with fewer than D
   * `directions`, as their mean has it; then there is no pullback.
   */
  run(u: Float64Array, angle: number, turn: Float64Array, divergence: Float64Array, directions?: Directions): void;
  /**
   * At the last `run`: ADDS Σ turnAdjoint · ∂turn + divergenceAdjoint · ∂divergence to the gradient in u and, where it is
   * given, to that in the features.
   */
  pullback(
    turnAdjoint: Float64Array,
    divergenceAdjoint: Float64Array,
    uGradient: Float64Array,
    featureGradient: Float64Array | undefined,
  ): void;
  /** To be called when weights have changed. */
  refresh(): void;
}
