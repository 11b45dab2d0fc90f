import type { LogDensity, Rng } from "@poolish/core";
import { freshArrays } from "./freshArrays.ts";
import type { Metric } from "./metric.ts";
import { createPhasePoint, type PhasePoint, totalEnergy } from "./phasePoint.ts";
import { sharedTrajectory } from "./sharedTrajectory.ts";
import type { Trajectory } from "./trajectory.ts";

/** What adaptation tunes. */
export interface NutsParameters {
  readonly stepSize: number;
  readonly metric: Metric;
}

/** What the next step needs, and no more. */
export interface NutsState {
  readonly position: Float64Array;
  readonly logDensity: number;
  readonly gradient: Float64Array;
}

/** Statistics of one transition. */
export interface NutsInfo {
  /** At the new position; up to the constant that the target leaves out. */
  readonly logDensity: number;
  /** Mean of min(1, exp(-energy error)) over the trajectory (Hoffman & Gelman 2014, §3.2.2), in [0, 1]. */
  readonly acceptanceRate: number;
  /** Mean of 2 min(1, w) / (1 + w), w = exp(-energy error): the same for an error and its negative (nuts-rs); in [0, 1]. */
  readonly symmetricAcceptanceRate: number;
  readonly stepSize: number;
  /** Number of completed doublings. */
  readonly treeDepth: number;
  /** Number of leapfrog steps, equal to the number of gradients. */
  readonly numSteps: number;
  /** Signed number of steps from the old position to the new one; 0 = it did not move. */
  readonly numStepsMoved: number;
  /** The energy error exceeded 1000, or the log-density was NaN, infinite or off the support. */
  readonly isDivergent: boolean;
  /** Where the trajectory diverged. */
  readonly divergentPosition: Float64Array | undefined;
  /** Where the step that diverged began: the last good position before it. */
  readonly divergenceStart: Float64Array | undefined;
  /** The total energy at the new position with the momentum that led there (for E-BFMI). */
  readonly energy: number;
  /** Energy at the new position minus that at the start. */
  readonly energyError: number;
  /** The energy error of largest magnitude on the trajectory; Infinity where the energy was not finite. */
  readonly maxEnergyError: number;
  /** The trajectory was still growing at the largest depth. */
  readonly reachedMaxTreeDepth: boolean;
}

export interface NutsKernel {
  /** The state at `position`, which is copied. The log-density may turn out not to be finite. */
  init(position: Float64Array): NutsState;
  /** One transition: fresh values; `state` is not written to, and only `rng` advances. */
  step(rng: Rng, state: NutsState): readonly [NutsState, NutsInfo];
}

/** Stan's default: trajectories of at most 1023 steps. */
export const DEFAULT_MAX_TREE_DEPTH = 10;

/**
 * The No-U-Turn sampler (Hoffman & Gelman 2014) with multinomial trajectories (Betancourt 2017, arXiv:1701.02434).
 * Curried: the outer call owns the scratch, so that adaptation may change parameters at every step for free. All kernels
 * of one call share the scratch; none keeps anything in it between steps.
 */
export function nuts(
  target: LogDensity,
  { maxTreeDepth = DEFAULT_MAX_TREE_DEPTH }: { readonly maxTreeDepth?: number } = {},
): (parameters: NutsParameters) => NutsKernel {
  const growTrajectory = sharedTrajectory(target.dim, maxTreeDepth);
  const start = createPhasePoint(target.dim);
  const fresh = freshArrays(target.dim);
  return ({ stepSize, metric }) => ({
    init: (position) => nutsState(target, position),
    step(rng, state) {
      startAt(start, state, rng, metric);
      const trajectory = growTrajectory(target, rng, metric, stepSize, start);
      const position = fresh();
      const gradient = fresh();
      const { proposal } = trajectory;
      for (let i = 0; i < position.length; i++) {
        position[i] = proposal.position[i];
        gradient[i] = proposal.gradient[i];
      }
      return [{ position, gradient, logDensity: proposal.logDensity }, describe(trajectory, stepSize)];
    },
  });
}

/** Moves `point` to `state` with a momentum drawn from `metric`. */
export function startAt(point: PhasePoint, state: NutsState, rng: Rng, metric: Metric): void {
  for (let i = 0; i < point.position.length; i++) {
    point.position[i] = state.position[i];
    point.gradient[i] = state.gradient[i];
  }
  point.logDensity = state.logDensity;
  metric.drawMomentum(rng, point.momentum);
  point.kineticEnergy = metric.velocity(point.momentum, point.velocity);
}

/** The state at a copy of `position`. */
export function nutsState(target: LogDensity, position: Float64Array): NutsState {
  const copy = position.slice();
  const gradient = new Float64Array(target.dim);
  const logDensity = target.valueAndGradient(copy, gradient);
  return { position: copy, logDensity, gradient };
}

function describe(trajectory: Trajectory, stepSize: number): NutsInfo {
  const { proposal, numSteps } = trajectory;
  const energy = totalEnergy(proposal);
  return {
    logDensity: proposal.logDensity,
    acceptanceRate: trajectory.sumAcceptance / numSteps,
    symmetricAcceptanceRate: trajectory.sumSymmetricAcceptance / numSteps,
    stepSize,
    treeDepth: trajectory.treeDepth,
    numSteps,
    numStepsMoved: proposal.numStepsMoved,
    isDivergent: trajectory.isDivergent,
    divergentPosition: trajectory.divergentPosition,
    divergenceStart: trajectory.divergenceStart,
    energy,
    energyError: energy - trajectory.initialEnergy,
    maxEnergyError: trajectory.maxEnergyError,
    reachedMaxTreeDepth: trajectory.reachedMaxTreeDepth,
  };
}
