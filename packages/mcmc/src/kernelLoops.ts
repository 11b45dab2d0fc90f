import { createTrajectoryKernels, type TrajectoryKernels } from "@poolish/kernels";
import { generalLeapfrog } from "./leapfrog.ts";
import type { Metric } from "./metric.ts";
import type { PhasePoint } from "./phasePoint.ts";
import { plainLoops } from "./plainLoops.ts";
import type { TrajectoryLoops } from "./trajectoryLoops.ts";

/** Position, momentum, velocity and gradient. */
const VECTORS_PER_POINT = 4;
/** Subtrees refer to three points each: the whole, one of each depth, and the two steps that are made first. */
const POINTS_PER_DEPTH = 3;
const POINTS_BESIDE = 8;
/** Beyond so many bytes of vectors the heap has to do: a memory of kernels holds 4 GiB. */
const MAX_BYTES = 2 ** 31;

/**
 * Loops over the memory of WebAssembly kernels: two numbers at a time and no bounds to check, five times as fast as
 * `plainLoops` at 90 dimensions and four times at 10. They add up in another order, so the last digits differ. Each call has a
 * memory of its own.
 */
export function kernelLoops(dim: number, maxTreeDepth: number): TrajectoryLoops {
  const numPoints = POINTS_PER_DEPTH * maxTreeDepth + POINTS_BESIDE;
  const numSums = maxTreeDepth + 1;
  const numVectors = VECTORS_PER_POINT * numPoints + numSums + 1;
  if (8 * (dim + 1) * numVectors > MAX_BYTES) return plainLoops(dim);
  const kernels = createTrajectoryKernels(dim, numVectors);
  return {
    createPoint: () => createPoint(kernels),
    createSum: () => kernels.allocate(),
    step: createStep(kernels),
    pairTurns({ address: a }, { address: b }, { address: sum }) {
      const { bytes } = kernels;
      return kernels.pairGoesOn(bytes, a + bytes, a + 2 * bytes, b + bytes, b + 2 * bytes, sum) === 0;
    },
    joinTurns({ address: aFirst }, { address: aLast }, aSum, { address: bFirst }, { address: bLast }, bSum) {
      const { bytes } = kernels;
      const velocity = 2 * bytes;
      return (
        kernels.joinGoesOn(
          bytes,
          aFirst + velocity,
          aLast + bytes,
          aLast + velocity,
          aSum.address,
          bFirst + bytes,
          bFirst + velocity,
          bLast + velocity,
          bSum.address,
        ) === 0
      );
    },
  };
}

function createPoint({ allocate }: TrajectoryKernels): PhasePoint {
  const { address, values: position } = allocate();
  const momentum = allocate().values;
  const velocity = allocate().values;
  const gradient = allocate().values;
  return { position, momentum, velocity, gradient, address, logDensity: NaN, kineticEnergy: NaN };
}

function createStep({ bytes, drift, kick, allocate }: TrajectoryKernels): TrajectoryLoops["step"] {
  const { address: inverseMass, values } = allocate();
  let current: Metric | undefined;
  return (target, metric, stepSize, from, to) => {
    if (!metric.isDiagonal) {
      generalLeapfrog(target, metric, stepSize, from, to);
      return;
    }
    if (metric !== current) {
      values.set(metric.inverseMass);
      current = metric;
    }
    const { address: start } = from;
    const { address: end } = to;
    const gradient = 3 * bytes;
    drift(bytes, start, start + bytes, start + gradient, inverseMass, end, end + bytes, stepSize);
    to.logDensity = target.valueAndGradient(to.position, to.gradient);
    to.kineticEnergy = kick(bytes, end + gradient, inverseMass, end + bytes, end + 2 * bytes, stepSize);
  };
}
