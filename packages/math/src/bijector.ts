/**
 * A smooth one-to-one map from R^unconstrainedSize onto a support: the only place where Jacobians live.
 * `u` is the unconstrained value, `x` the constrained one.
 */
export interface Bijector {
  readonly unconstrainedSize: number;
  readonly constrainedSize: number;
  /** Overwrites `x`; returns log |det ∂x/∂u|. */
  constrain(u: Float64Array, x: Float64Array): number;
  /** ADDS to `uGradient` the pullback of `xGradient` at (u, x) and the gradient of log |det ∂x/∂u|. */
  pullback(u: Float64Array, x: Float64Array, xGradient: Float64Array, uGradient: Float64Array): void;
  /** Overwrites `u` with the inverse image of `x`; `x` must be on the support. */
  unconstrain(x: Float64Array, u: Float64Array): void;
}
