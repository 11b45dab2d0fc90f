import { log1mExp, logAddExp } from "@poolish/math";
import type { LogCumulative } from "../family.ts";
import { integratePiece, type LogIntegrand } from "./integratePiece.ts";

/**
 * A density with known parameters in a coordinate t in which its logarithm rises and falls smoothly: what quadrature
 * needs.
 */
export interface QuadratureDensity {
  /** log density with respect to t, and its derivatives by the parameters at fixed x. */
  readonly logDensity: LogIntegrand;
  /** The range of t, and inside it the points where the density turns, in ascending order. */
  readonly lowest: number;
  readonly highest: number;
  readonly mode: number;
  readonly turns: readonly number[];
  /** x beyond the support goes to `lowest` or `highest`. */
  toT(x: number): number;
  /** toT(upper) - toT(lower) without cancellation, for finite t. */
  lengthBetween(lower: number, upper: number): number;
  /** log dt/dx */
  logSlope(x: number): number;
}

/** Mass and mean scores of an interval, or of what is outside it. */
interface Mass {
  readonly logMass: number;
  readonly scores: Float64Array;
}

function combine(parts: readonly Mass[], numScores: number): Mass {
  let logMass = -Infinity;
  for (const part of parts) logMass = part.logMass === -Infinity ? logMass : logAddExp(logMass, part.logMass);
  const scores = new Float64Array(numScores);
  for (const part of parts) {
    if (part.logMass === -Infinity) continue;
    const share = Math.exp(part.logMass - logMass);
    for (let p = 0; p < numScores; p++) scores[p] += share * part.scores[p];
  }
  return { logMass, scores };
}

/** The mass from tLower to tUpper; `length` is their difference. */
function massBetween(
  density: QuadratureDensity,
  tLower: number,
  tUpper: number,
  length: number,
  numScores: number,
): Mass {
  const cuts = [tLower, ...density.turns.filter((turn) => turn > tLower && turn < tUpper), tUpper];
  const unused = new Float64Array(numScores);
  const heights = cuts.map((t) => (Number.isFinite(t) ? density.logDensity(t, unused) : -Infinity));
  const parts = cuts.slice(1).map((end, i): Mass => {
    const isRising = heights[i + 1] > heights[i];
    const pieceLength = cuts.length === 2 ? length : end - cuts[i];
    const scores = new Float64Array(numScores);
    const top = isRising ? end : cuts[i];
    return { logMass: integratePiece(density.logDensity, top, isRising ? -1 : 1, pieceLength, scores), scores };
  });
  return combine(parts, numScores);
}

/** One minus a mass, with its scores: what is left has -Q/P times the scores of the rest. */
function complement({ logMass, scores }: Mass): Mass {
  const left = logMass === -Infinity ? 0 : log1mExp(-logMass);
  return { logMass: left, scores: scores.map((score) => -score * Math.exp(logMass - left)) };
}

/** The mass between two bounds: by what is outside where that is less than half, so that it keeps its digits near 1. */
function massOf(density: QuadratureDensity, lower: number, upper: number, numScores: number): Mass {
  const tLower = density.toT(lower);
  const tUpper = density.toT(upper);
  const { lowest, highest, mode } = density;
  if (tLower <= mode && mode <= tUpper) {
    const outside = combine(
      [
        ...(tLower > lowest ? [massBetween(density, lowest, tLower, tLower - lowest, numScores)] : []),
        ...(tUpper < highest ? [massBetween(density, tUpper, highest, highest - tUpper, numScores)] : []),
      ],
      numScores,
    );
    if (outside.logMass < -Math.LN2) return complement(outside);
  }
  const isBounded = tLower > -Infinity && tUpper < Infinity;
  const length = isBounded ? density.lengthBetween(lower, upper) : Infinity;
  return massBetween(density, tLower, tUpper, length, numScores);
}

/**
 * The `logCumulative` of a family by quadrature of its density, for families whose cumulative distribution has no closed
 * form that is differentiable in its shape parameters. `prepare` returns undefined for parameters off their support.
 */
export function quadratureCumulative(
  prepare: (parameters: readonly number[]) => QuadratureDensity | undefined,
): LogCumulative {
  return (lower, upper, parameters, partials) => {
    partials.fill(0);
    if (Number.isNaN(lower) || Number.isNaN(upper) || parameters.some(Number.isNaN)) {
      partials.fill(Number.NaN);
      return Number.NaN;
    }
    const density = prepare(parameters);
    if (density === undefined || !(density.toT(lower) < density.toT(upper))) return -Infinity;
    const numScores = parameters.length;
    const { logMass, scores } = massOf(density, lower, upper, numScores);
    partials.set(scores, 2);
    const unused = new Float64Array(numScores);
    const heightAt = (x: number): number => {
      const t = density.toT(x);
      if (t <= density.lowest || t >= density.highest) return 0;
      return Math.exp(density.logDensity(t, unused) + density.logSlope(x) - logMass);
    };
    partials[0] = -heightAt(lower);
    partials[1] = heightAt(upper);
    return logMass;
  };
}
