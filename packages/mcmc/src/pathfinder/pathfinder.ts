import { type LogDensity, type Rng, requireCount } from "@poolish/core";
import type { InitialPositionFailure } from "../initialPosition.ts";
import { psis } from "../psis/psis.ts";
import { drawPool } from "./drawPool.ts";
import { followPath, type Path, type PathFailure, type PathOptions } from "./followPath.ts";
import { resample } from "./resample.ts";

export interface PathfinderOptions extends PathOptions {
  /** Paths from different starts; 8 by default. */
  readonly numPaths?: number;
  /** Draws to return. */
  readonly draws: number;
}

/** Draws by importance resampling from the pool of all paths. */
export interface PathfinderResult {
  readonly kind: "complete";
  /**
   * draws × dim, row-major, on the unconstrained scale. A draw of great weight comes several times, one after the other:
   * an effective sample size by autocorrelation then counts it about once.
   */
  readonly positions: Float64Array;
  /** The target's log-density at each draw. */
  readonly logDensities: Float64Array;
  /** Pareto k-hat of the importance weights; above 0.7 the draws are not those of the target. */
  readonly kHat: number;
  /** 1 / Σ w² of the normalised weights: how many independent draws the pool is worth (Kong 1992). */
  readonly numEffective: number;
  readonly paths: readonly Path[];
  /** Those of paths that failed included. */
  readonly numGradients: number;
}

export type PathfinderFailure = PathFailure | InitialPositionFailure;

const DEFAULT_NUM_PATHS = 8;
/** Draws of each path in the pool: 1000 as in Stan, or enough for twice as many as are asked for. */
const DRAWS_PER_PATH = 1000;
const POOL_FACTOR = 2;

/**
 * Multi-path Pathfinder (Zhang, Carpenter, Gelman & Vehtari 2022, JMLR 23(306), algorithm 2): a quick normal approximation
 * from each of several paths, then draws by importance resampling with Pareto-smoothed weights. Paths that fail are left
 * out; when all do, the first failure is returned. The same target, stream and options give the same draws.
 * @throws PoolishError naming the option that is out of range.
 */
export function pathfinder(
  target: LogDensity,
  rng: Rng,
  options: PathfinderOptions,
): PathfinderResult | PathfinderFailure {
  const { numPaths = DEFAULT_NUM_PATHS, draws } = options;
  requireCount("numPaths", numPaths, 1);
  requireCount("draws", draws, 1);
  const results = rng.split(numPaths).map((stream) => followPath(target, stream, options));
  return poolPaths(target, rng, results, draws);
}

/** The second half of `pathfinder`, for callers that follow the paths themselves; `rng` chooses the draws. */
export function poolPaths(
  target: LogDensity,
  rng: Rng,
  results: readonly (Path | PathfinderFailure)[],
  draws: number,
): PathfinderResult | PathfinderFailure {
  const paths = results.filter((result) => result.kind === "path");
  if (paths.length === 0) return firstFailure(results);
  const perPath = Math.max(DRAWS_PER_PATH, Math.ceil((POOL_FACTOR * draws) / paths.length));
  const proposals = paths.map(({ approximation }) => approximation);
  const pool = drawPool(target, rng, proposals, perPath);
  const { logWeights, kHat } = psis(pool.logRatios);
  const numGradients = pool.logRatios.length + results.reduce((sum, result) => sum + gradientsOf(result), 0);
  if (!logWeights.some(Number.isFinite)) return { kind: "noApproximation", position: proposals[0].mean, numGradients };
  const weights = logWeights.map(Math.exp);
  const chosen = resample(rng, weights, draws);
  const { dim } = target;
  const positions = new Float64Array(draws * dim);
  chosen.forEach((from, i) => {
    positions.set(pool.positions.subarray(from * dim, (from + 1) * dim), i * dim);
  });
  const logDensities = Float64Array.from(chosen, (from) => pool.logDensities[from]);
  const numEffective = 1 / weights.reduce((sum, weight) => sum + weight * weight, 0);
  return { kind: "complete", positions, logDensities, kHat, numEffective, paths, numGradients };
}

function firstFailure(results: readonly (Path | PathfinderFailure)[]): PathfinderFailure {
  const failure = results.find((result) => result.kind !== "path");
  if (failure === undefined) throw new Error("there are no paths to pool");
  return failure;
}

/** A search for a start takes one gradient a try, and is counted only where it failed. */
function gradientsOf(result: Path | PathfinderFailure): number {
  return result.kind === "noInitialPosition" ? result.numAttempts : result.numGradients;
}
