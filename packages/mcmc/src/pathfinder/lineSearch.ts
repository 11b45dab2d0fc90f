import type { LogDensity } from "@poolish/core";
import { type NutsState, nutsState } from "../nuts.ts";
import { dot } from "./dot.ts";

/** The usual constants of quasi-Newton methods (Nocedal & Wright 2006, §3.1). */
const SUFFICIENT_INCREASE = 1e-4;
const CURVATURE = 0.9;
/** Bisections and doublings; a step that takes more is smaller than rounding. */
const MAX_EVALUATIONS = 60;

export interface LineSearchResult {
  /** Undefined when no step increases the log-density as it should: the start is an optimum to working precision. */
  readonly state: NutsState | undefined;
  readonly numGradients: number;
}

/**
 * Steps uphill along `direction`, first by `firstStep` times its length, until both weak Wolfe conditions hold: bisection
 * and doubling (Lewis & Overton 2013, Mathematical Programming 141, algorithm 2.6). Points where the log-density or its
 * gradient is not finite count as too far.
 */
export function lineSearch(
  target: LogDensity,
  from: NutsState,
  direction: Float64Array,
  firstStep: number,
): LineSearchResult {
  const slope = dot(from.gradient, direction);
  if (!(slope > 0 && slope < Infinity)) return { state: undefined, numGradients: 0 };
  let tooShort = 0;
  let tooLong = Infinity;
  let step = firstStep;
  for (let numGradients = 1; numGradients <= MAX_EVALUATIONS; numGradients++) {
    const state = nutsState(
      target,
      from.position.map((x, i) => x + step * direction[i]),
    );
    const slopeThere = dot(state.gradient, direction);
    const increase = state.logDensity - from.logDensity;
    const isTooLong = !(increase >= SUFFICIENT_INCREASE * step * slope) || !Number.isFinite(slopeThere);
    if (isTooLong) tooLong = step;
    else if (slopeThere > CURVATURE * slope) tooShort = step;
    else return { state, numGradients };
    step = tooLong === Infinity ? 2 * tooShort : 0.5 * (tooShort + tooLong);
  }
  return { state: undefined, numGradients: MAX_EVALUATIONS };
}
