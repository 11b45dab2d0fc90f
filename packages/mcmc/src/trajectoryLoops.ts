import type { LogDensity } from "@poolish/core";
import type { Metric } from "./metric.ts";
import type { PhasePoint } from "./phasePoint.ts";

/** ρ, the sum of the momenta of a stretch of a trajectory. */
export interface MomentumSum {
  readonly values: Float64Array;
  /** Where kernels find it; 0 where it lies elsewhere. */
  readonly address: number;
}

/** What a trajectory does with its vectors, and where these come from: `plainLoops` or `kernelLoops`. */
export interface TrajectoryLoops {
  createPoint(): PhasePoint;
  createSum(): MomentumSum;
  /** One step: see `leapfrog`. */
  step(target: LogDensity, metric: Metric, stepSize: number, from: PhasePoint, to: PhasePoint): void;
  /** sum = the momentum of a + that of b; true when two neighbours turn. */
  pairTurns(a: PhasePoint, b: PhasePoint, sum: MomentumSum): boolean;
  /** aSum += bSum; true when the join of two neighbouring stretches, from their first to their last points, turns. */
  joinTurns(
    aFirst: PhasePoint,
    aLast: PhasePoint,
    aSum: MomentumSum,
    bFirst: PhasePoint,
    bLast: PhasePoint,
    bSum: MomentumSum,
  ): boolean;
}
