import type { LogDensity, Rng } from "@poolish/core";
import { logSumExp } from "@poolish/math";
import type { NormalApproximation } from "./normalApproximation.ts";

/** Draws from several proposals in turn, with what importance sampling needs to know of each. */
export interface DrawPool {
  /** numDraws × dim, row-major. */
  readonly positions: Float64Array;
  /** The target at each draw; -Infinity where it could not be evaluated. */
  readonly logDensities: Float64Array;
  /** Log target minus log proposal at each draw. */
  readonly logRatios: Float64Array;
}

/**
 * Draws `perProposal` times from each proposal. The ratios are over the equal mixture of all proposals ("balance
 * heuristic", Veach & Guibas 1995), where the paper takes the one that the draw is from: with that, a mode would count as
 * often as paths have found it.
 */
export function drawPool(
  target: LogDensity,
  rng: Rng,
  proposals: readonly NormalApproximation[],
  perProposal: number,
): DrawPool {
  const { dim } = target;
  const count = proposals.length * perProposal;
  const positions = new Float64Array(count * dim);
  const logDensities = new Float64Array(count);
  const logRatios = new Float64Array(count);
  const gradient = new Float64Array(dim);
  const logProbs = new Float64Array(proposals.length);
  for (let n = 0; n < count; n++) {
    const position = positions.subarray(n * dim, (n + 1) * dim);
    proposals[n % proposals.length].draw(rng, position);
    const logDensity = target.valueAndGradient(position, gradient);
    for (let k = 0; k < proposals.length; k++) logProbs[k] = proposals[k].logProb(position);
    logDensities[n] = Number.isFinite(logDensity) ? logDensity : -Infinity;
    logRatios[n] = logDensities[n] - (logSumExp(logProbs) - Math.log(proposals.length));
  }
  return { positions, logDensities, logRatios };
}
