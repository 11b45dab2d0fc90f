import type { LogDensity, Rng } from "@poolish/core";
import { type NutsState, nutsState } from "./nuts.ts";

/** Half-width of the box, and the number of tries, of Stan's initialize.hpp. */
const RADIUS = 2;
const MAX_ATTEMPTS = 100;

/** No position with a finite log-density and gradient was found. What the most telling attempt saw: */
export interface InitialPositionFailure {
  readonly kind: "noInitialPosition";
  readonly numAttempts: number;
  readonly position: Float64Array;
  /** NaN, infinite, or finite with a gradient that is not. */
  readonly logDensity: number;
  /** The coordinates whose gradient is NaN or infinite. Means little when the log-density itself is not finite. */
  readonly nonFiniteGradient: readonly number[];
}

export type InitialPosition = { readonly kind: "found"; readonly state: NutsState } | InitialPositionFailure;

/**
 * Looks for a start with a finite log-density and gradient: up to 100 draws from uniform(-2, 2) for each coordinate, on
 * the unconstrained scale (as Stan does), but for those that `target.drawStart` knows better.
 */
export function findInitialPosition(target: LogDensity, rng: Rng): InitialPosition {
  let failure: InitialPositionFailure | undefined;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const position = Float64Array.from({ length: target.dim }, () => RADIUS * (2 * rng.uniform() - 1));
    target.drawStart?.(rng, position);
    const tried = tryInitialPosition(target, position);
    if (tried.kind === "found") return tried;
    if (failure === undefined || rank(tried.logDensity) > rank(failure.logDensity)) failure = tried;
  }
  if (failure === undefined) throw new Error("unreachable: no attempt was made");
  return { ...failure, numAttempts: MAX_ATTEMPTS };
}

/** The state at `position`, or what is wrong there. */
export function tryInitialPosition(target: LogDensity, position: Float64Array): InitialPosition {
  const state = nutsState(target, position);
  const nonFiniteGradient = [...state.gradient.keys()].filter((i) => !Number.isFinite(state.gradient[i]));
  if (Number.isFinite(state.logDensity) && nonFiniteGradient.length === 0) return { kind: "found", state };
  const { logDensity } = state;
  return { kind: "noInitialPosition", numAttempts: 1, position: state.position, logDensity, nonFiniteGradient };
}

/** A finite value with a bad gradient tells most, NaN more than "off the support". */
function rank(logDensity: number): number {
  if (Number.isFinite(logDensity)) return 2;
  return Number.isNaN(logDensity) ? 1 : 0;
}
