import type { LogDensity, Rng } from "@poolish/core";
import { leapfrog } from "./leapfrog.ts";
import type { Metric } from "./metric.ts";
import { copyPhasePoint, createPhasePoint, type PhasePoint, totalEnergy } from "./phasePoint.ts";
import { createPointPool, type PooledPoint } from "./pointPool.ts";
import { append, createSubtree, reverse, type Subtree, setLeaf, setPair } from "./subtree.ts";

/** An energy error above this is a divergence (Stan, nuts-rs and PyMC use the same value). */
const MAX_ENERGY_ERROR = 1000;
/**
 * Weights exp(-energy error) are capped at e^600, so that the sum of 2^20 of them stays finite. A point that far below
 * the initial energy is met at the very start of a warm-up, if ever (in equilibrium with probability < e^-600).
 */
const MAX_LOG_WEIGHT = 600;

/** The point that a trajectory proposes. */
export interface Proposal extends PhasePoint {
  /** Signed number of steps from the start. */
  readonly numStepsMoved: number;
}

/** What one trajectory found: scratch, which the next one overwrites. */
export interface Trajectory {
  readonly proposal: Proposal;
  readonly initialEnergy: number;
  /** Number of completed doublings. */
  readonly treeDepth: number;
  /** Number of leapfrog steps, those of a rejected last doubling included. */
  readonly numSteps: number;
  /** Σ min(1, exp(-energy error)) over all steps. */
  readonly sumAcceptance: number;
  /** Σ 2 min(1, w) / (1 + w) over all steps, w = exp(-energy error): the same for an error and its negative. */
  readonly sumSymmetricAcceptance: number;
  /** The energy error of largest magnitude on the way; Infinity where the energy is not finite. */
  readonly maxEnergyError: number;
  readonly isDivergent: boolean;
  /** Where the divergence happened: a fresh array, or undefined. */
  readonly divergentPosition: Float64Array | undefined;
  /** Where the step that diverged began: a fresh array, or undefined. */
  readonly divergenceStart: Float64Array | undefined;
  /** True when the trajectory had not turned yet at the largest depth. */
  readonly reachedMaxTreeDepth: boolean;
}

/** Builds a trajectory around `start`, whose fields must be consistent; `start` is not written to. */
export type GrowTrajectory = (
  target: LogDensity,
  rng: Rng,
  metric: Metric,
  stepSize: number,
  start: PhasePoint,
) => Trajectory;

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Where a trajectory in the making grows. */
interface Walk {
  readonly target: LogDensity;
  readonly rng: Rng;
  readonly metric: Metric;
  /** The signed step; the growing end is the last point that was made in its direction. */
  step: number;
  edge: PooledPoint;
  /** exp(initial energy - energy) at the growing end. */
  edgeWeight: number;
}

/**
 * The trajectory of the No-U-Turn sampler: doubles forwards or backwards in time, by a fair coin, until it turns,
 * diverges or has `maxTreeDepth` doublings (at most 20). The proposal is multinomial within subtrees and biased towards
 * the new half at the top (Betancourt 2017, arXiv:1701.02434, appendix A.3; Stan's base_nuts.hpp). Owns scratch for one
 * trajectory at a time. `kernelTrajectory` is the same in WebAssembly.
 */
export function createTrajectory(dim: number, maxTreeDepth: number): GrowTrajectory {
  const points = createPointPool(() => createPhasePoint(dim));
  const placeholder = points.acquireLeaf();
  const whole = createSubtree(new Float64Array(dim), placeholder);
  const result = emptyTrajectory(placeholder);
  // halves[d] receives the subtree of depth d that is to be appended: to the whole, or to a sibling of the same depth.
  const halves = Array.from({ length: maxTreeDepth }, () => createSubtree(new Float64Array(dim), placeholder));

  /** Moves the growing end by one step; false on divergence. */
  function advance(walk: Walk): boolean {
    const point = points.acquireLeaf();
    leapfrog(walk.target, walk.metric, walk.step, walk.edge, point);
    const origin = walk.edge;
    point.numStepsMoved = origin.numStepsMoved + (walk.step > 0 ? 1 : -1);
    walk.edge = point;
    const error = totalEnergy(point) - result.initialEnergy;
    const weight = Math.exp(Math.min(-error, MAX_LOG_WEIGHT));
    walk.edgeWeight = weight;
    result.numSteps++;
    const acceptance = Math.min(1, weight);
    result.sumAcceptance += acceptance;
    result.sumSymmetricAcceptance += (2 * acceptance) / (1 + weight);
    if (Math.abs(error) > Math.abs(result.maxEnergyError)) result.maxEnergyError = error;
    if (error > MAX_ENERGY_ERROR) {
      result.isDivergent = true;
      result.divergentPosition = point.position.slice();
      result.divergenceStart = origin.position.slice();
      return false;
    }
    return true;
  }

  /** Grows two steps into `tree`; false when they turn or diverge. */
  function growPair(walk: Walk, tree: Subtree): boolean {
    if (!advance(walk)) return false;
    const { edge: first, edgeWeight: firstWeight } = walk;
    if (!advance(walk)) return false;
    const weight = firstWeight + walk.edgeWeight;
    const takesSecond = walk.rng.uniform() * weight < walk.edgeWeight;
    return !setPair(points, tree, first, walk.edge, weight, takesSecond);
  }

  /** Grows 2^depth steps into `tree`; false when one of its subtrees turns or diverges, and then `tree` is void. */
  function grow(walk: Walk, depth: number, tree: Subtree): boolean {
    if (depth === 1) return growPair(walk, tree);
    if (depth === 0) {
      if (!advance(walk)) return false;
      setLeaf(tree, walk.edge, walk.edgeWeight);
      return true;
    }
    const sibling = halves[depth - 1];
    if (!grow(walk, depth - 1, tree) || !grow(walk, depth - 1, sibling)) return false;
    return !append(points, tree, sibling, walk.rng.uniform() * (tree.weight + sibling.weight) < sibling.weight);
  }

  /** Doubles the whole trajectory, forwards or backwards in time; false when it must not grow any further. */
  function double(walk: Walk, isForward: boolean): boolean {
    if (isForward !== walk.step > 0) {
      reverse(whole);
      walk.step = -walk.step;
    }
    walk.edge = whole.last;
    const half = halves[result.treeDepth];
    if (!grow(walk, result.treeDepth, half)) return false;
    result.treeDepth++;
    return !append(points, whole, half, walk.rng.uniform() * whole.weight < half.weight);
  }

  return (target, rng, metric, stepSize, start) => {
    const initialEnergy = totalEnergy(start);
    if (initialEnergy === Infinity) throw new Error("a trajectory must start where the log-density is finite");
    points.reset();
    const edge = points.acquireLeaf();
    copyPhasePoint(start, edge);
    edge.numStepsMoved = 0;
    setLeaf(whole, edge, 1);
    begin(result, initialEnergy);
    const walk: Walk = { target, rng, metric, step: stepSize, edge, edgeWeight: 1 };
    const coins = rng.uint32();
    let isGrowing = true;
    while (isGrowing && result.treeDepth < maxTreeDepth) {
      isGrowing = double(walk, ((coins >>> result.treeDepth) & 1) === 1);
    }
    result.reachedMaxTreeDepth = isGrowing;
    result.proposal = whole.proposal;
    return result;
  };
}

export function emptyTrajectory(proposal: Proposal): Writable<Trajectory> {
  return {
    proposal,
    initialEnergy: NaN,
    treeDepth: 0,
    numSteps: 0,
    sumAcceptance: NaN,
    sumSymmetricAcceptance: NaN,
    maxEnergyError: NaN,
    isDivergent: false,
    divergentPosition: undefined,
    divergenceStart: undefined,
    reachedMaxTreeDepth: false,
  };
}

function begin(trajectory: Writable<Trajectory>, initialEnergy: number): void {
  trajectory.initialEnergy = initialEnergy;
  trajectory.treeDepth = 0;
  trajectory.numSteps = 0;
  trajectory.sumAcceptance = 0;
  trajectory.sumSymmetricAcceptance = 0;
  trajectory.maxEnergyError = 0;
  trajectory.isDivergent = false;
  trajectory.divergentPosition = undefined;
  trajectory.divergenceStart = undefined;
}
