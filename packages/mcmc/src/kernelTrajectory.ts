import type { LogDensity, Rng } from "@poolish/core";
import { createTrajectoryKernels, type TrajectoryKernels, trajectoryBytes } from "@poolish/kernels";
import { generalLeapfrog } from "./leapfrog.ts";
import type { Metric } from "./metric.ts";
import { copyPhasePoint, type PhasePoint, totalEnergy } from "./phasePoint.ts";
import { emptyTrajectory, type GrowTrajectory, type Proposal, type Trajectory, type Writable } from "./trajectory.ts";

/** Beyond so many bytes of vectors the heap has to do: a memory of kernels holds 4 GiB. */
const MAX_BYTES = 2 ** 31;

/** Whose trajectory it is. */
interface Owner {
  readonly target: LogDensity;
  readonly rng: Rng;
  readonly metric: Metric;
}

/**
 * `createTrajectory` by kernels: the tree grows in WebAssembly, which asks for gradients and uniform numbers. Sums are added up in
 * another order, so the last digits differ. Undefined where the vectors do not fit.
 */
export function kernelTrajectory(dim: number, maxTreeDepth: number): GrowTrajectory | undefined {
  if (trajectoryBytes(dim, maxTreeDepth) > MAX_BYTES) return undefined;
  let owner: Owner | undefined;
  const owned = (): Owner => {
    if (owner === undefined) throw new Error("a kernel asked for a step outside of a trajectory");
    return owner;
  };
  const kernels = createTrajectoryKernels(dim, maxTreeDepth, {
    evaluate(point) {
      const { position, gradient } = points[point];
      return owned().target.valueAndGradient(position, gradient);
    },
    step(from, to, stepSize) {
      const { target, metric } = owned();
      const point = points[to];
      generalLeapfrog(target, metric, stepSize, points[from], point);
      kernels.kineticEnergies[to] = point.kineticEnergy;
      return point.logDensity;
    },
    uniform: () => owned().rng.uniform(),
  });
  const points = kernels.points.map(
    (vectors): Writable<Proposal> => ({ ...vectors, logDensity: NaN, kineticEnergy: NaN, numStepsMoved: 0 }),
  );
  const result = emptyTrajectory(points[0]);
  let current: Metric | undefined;

  function place(start: PhasePoint): number {
    const point = kernels.begin();
    copyPhasePoint(start, points[point]);
    kernels.logDensities[point] = start.logDensity;
    kernels.kineticEnergies[point] = start.kineticEnergy;
    return point;
  }

  return (target, rng, metric, stepSize, start) => {
    if (totalEnergy(start) === Infinity) throw new Error("a trajectory must start where the log-density is finite");
    if (metric !== current) kernels.inverseMass.set(metric.inverseMass);
    current = metric;
    owner = { target, rng, metric };
    try {
      kernels.grow(place(start), stepSize, metric.isDiagonal, rng.uint32());
    } finally {
      owner = undefined;
    }
    readReport(kernels, points, result);
    return result;
  };
}

/** Overwrites `result` with what the kernels report. */
function readReport(
  { report, logDensities, kineticEnergies, stepsMoved }: TrajectoryKernels,
  points: readonly Writable<Proposal>[],
  result: Writable<Trajectory>,
): void {
  const proposal = points[report[6]];
  proposal.logDensity = logDensities[report[6]];
  proposal.kineticEnergy = kineticEnergies[report[6]];
  proposal.numStepsMoved = stepsMoved[report[6]];
  result.proposal = proposal;
  result.initialEnergy = report[0];
  result.treeDepth = report[1];
  result.numSteps = report[2];
  result.sumAcceptance = report[3];
  result.sumSymmetricAcceptance = report[4];
  result.maxEnergyError = report[5];
  result.isDivergent = report[7] >= 0;
  result.divergentPosition = result.isDivergent ? points[report[7]].position.slice() : undefined;
  result.divergenceStart = result.isDivergent ? points[report[8]].position.slice() : undefined;
  result.reachedMaxTreeDepth = report[9] === 1;
}
