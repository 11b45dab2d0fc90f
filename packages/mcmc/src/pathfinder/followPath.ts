import { type LogDensity, PoolishError, type Rng, requireCount } from "@poolish/core";
import { findInitialPosition, type InitialPositionFailure, tryInitialPosition } from "../initialPosition.ts";
import { lowRankMetric } from "../lowRankMetric.ts";
import type { NutsState } from "../nuts.ts";
import { type Curvature, createCurvature } from "./curvature.ts";
import { lineSearch } from "./lineSearch.ts";
import { type NormalApproximation, normalApproximation } from "./normalApproximation.ts";

export interface PathOptions {
  /** Steps that the inverse Hessian is made of; 6 by default, as in the paper. */
  readonly historySize?: number;
  /** Steps of a path at most; 1000 by default. */
  readonly maxIterations?: number;
  /** Draws that each evidence lower bound is estimated by; 25 by default, as in Stan. */
  readonly numElboDraws?: number;
  /** Where to start, on the unconstrained scale; otherwise up to 100 draws from uniform(-2, 2) for each coordinate. */
  readonly initialPosition?: Float64Array;
}

/** The best normal approximation along one path of optimisation. */
export interface Path {
  readonly kind: "path";
  readonly approximation: NormalApproximation;
  /** The evidence lower bound of `approximation`: the mean of log target - log approximation over its draws. */
  readonly elbo: number;
  /** The step of the path that has it, counted from 1. */
  readonly bestIteration: number;
  readonly numIterations: number;
  readonly numGradients: number;
}

/** The path began, and none of its approximations lies within the support. */
export interface PathFailure {
  readonly kind: "noApproximation";
  /** Where the path ended. */
  readonly position: Float64Array;
  readonly numGradients: number;
}

const DEFAULTS = { historySize: 6, maxIterations: 1000, numElboDraws: 25 };
/** A path ends when the log-density gains less than this share of its size (the paper's τ_rel). */
const SMALLEST_GAIN = 1e-13;
/** It also ends, unlike the paper's, after so many steps without a better bound: a funnel's climb has no other end. */
const PATIENCE = 100;

interface Walk {
  readonly target: LogDensity;
  readonly rng: Rng;
  readonly numElboDraws: number;
  readonly curvature: Curvature;
  numGradients: number;
}

/**
 * Climbs to a mode by L-BFGS and keeps, of the normal approximations that its inverse Hessians make on the way, the one
 * with the largest evidence lower bound (Zhang, Carpenter, Gelman & Vehtari 2022, JMLR 23(306), algorithm 1). Steps go
 * towards the mean of the last approximation, so that one inverse Hessian serves both.
 * @throws PoolishError naming the option that is out of range.
 */
export function followPath(
  target: LogDensity,
  rng: Rng,
  options: PathOptions = {},
): Path | PathFailure | InitialPositionFailure {
  const { historySize, maxIterations, numElboDraws } = { ...DEFAULTS, ...options };
  validate(target, options);
  const { initialPosition } = options;
  const start =
    initialPosition === undefined ? findInitialPosition(target, rng) : tryInitialPosition(target, initialPosition);
  if (start.kind === "noInitialPosition") return start;
  const curvature = createCurvature(target.dim, historySize);
  const walk: Walk = { target, rng, numElboDraws, curvature, numGradients: 0 };
  return walkUp(walk, start.state, maxIterations);
}

function walkUp(walk: Walk, start: NutsState, maxIterations: number): Path | PathFailure {
  let state = start;
  let direction = state.gradient;
  let best: Pick<Path, "approximation" | "elbo" | "bestIteration"> | undefined;
  let iteration = 0;
  while (iteration < Math.min(maxIterations, (best?.bestIteration ?? 0) + PATIENCE)) {
    const next = climb(walk, state, direction, iteration === 0);
    if (next === undefined) break;
    iteration++;
    const gain = next.logDensity - state.logDensity;
    state = next;
    const approximation = approximationAt(walk, state);
    if (approximation === undefined) break;
    direction = approximation.mean.map((mean, i) => mean - state.position[i]);
    const elbo = estimateElbo(walk, approximation);
    if (elbo > (best?.elbo ?? -Infinity)) best = { approximation, elbo, bestIteration: iteration };
    if (gain <= SMALLEST_GAIN * Math.max(1, Math.abs(state.logDensity))) break;
  }
  const { numGradients } = walk;
  if (best === undefined) return { kind: "noApproximation", position: state.position, numGradients };
  return { kind: "path", ...best, numIterations: iteration, numGradients };
}

/** The next point of the path, from which the curvature has learnt; undefined at an optimum. */
function climb(walk: Walk, from: NutsState, direction: Float64Array, isFirst: boolean): NutsState | undefined {
  // Nothing is known of the scale yet: a first step of length 1 at most.
  const length = isFirst ? Math.min(1, 1 / Math.hypot(...direction)) : 1;
  const { state, numGradients } = lineSearch(walk.target, from, direction, length);
  walk.numGradients += numGradients;
  if (state === undefined) return undefined;
  const step = state.position.map((x, i) => x - from.position[i]);
  const change = state.gradient.map((g, i) => from.gradient[i] - g);
  walk.curvature.learn(step, change);
  return state;
}

/** Normal(θ + H ∇ log p(θ), H); undefined where rounding has made an eigenvalue of H zero, negative or infinite. */
function approximationAt({ curvature }: Walk, { position, gradient }: NutsState): NormalApproximation | undefined {
  const covariance = curvature.inverseHessian();
  if (![...covariance.scale, ...covariance.eigenvalues].every((value) => value > 0 && value < Infinity))
    return undefined;
  const mean = new Float64Array(position.length);
  lowRankMetric(covariance).velocity(gradient, mean);
  for (let i = 0; i < mean.length; i++) mean[i] += position[i];
  return normalApproximation(mean, covariance);
}

/** By Monte Carlo; -Infinity when a draw is off the support or cannot be evaluated. */
function estimateElbo(walk: Walk, approximation: NormalApproximation): number {
  const { target, rng, numElboDraws } = walk;
  const position = new Float64Array(target.dim);
  const gradient = new Float64Array(target.dim);
  let sum = 0;
  for (let i = 0; i < numElboDraws; i++) {
    approximation.draw(rng, position);
    sum += target.valueAndGradient(position, gradient) - approximation.logProb(position);
    walk.numGradients++;
    if (!Number.isFinite(sum)) return -Infinity;
  }
  return sum / numElboDraws;
}

function validate(target: LogDensity, options: PathOptions): void {
  const { historySize, maxIterations, numElboDraws } = { ...DEFAULTS, ...options };
  requireCount("historySize", historySize, 1);
  requireCount("maxIterations", maxIterations, 1);
  requireCount("numElboDraws", numElboDraws, 1);
  const length = options.initialPosition?.length ?? target.dim;
  if (length === target.dim) return;
  const remedy = "Give one value for each unconstrained coordinate.";
  const message = `expected ${target.dim} coordinates, got ${length}`;
  throw new PoolishError(message, { kind: "input", field: "initialPosition", remedy });
}
