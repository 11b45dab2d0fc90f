import { createMemory, RESERVED_BYTES } from "./memory.ts";
import { instantiateTrajectory, type TrajectoryCallbacks } from "./trajectoryModule.ts";

/** The float64 vectors of a point of phase space; the views stay valid as long as the kernels live. */
export interface TrajectoryPoint {
  readonly position: Float64Array;
  readonly momentum: Float64Array;
  readonly velocity: Float64Array;
  readonly gradient: Float64Array;
}

/** The No-U-Turn trajectory (assembly/trajectory/grow.ts) over points of one dimension, in a memory of its own. */
export interface TrajectoryKernels {
  readonly points: readonly TrajectoryPoint[];
  /** Of each point. */
  readonly logDensities: Float64Array;
  /** Of each point. */
  readonly kineticEnergies: Float64Array;
  /** Signed number of steps from the start, of each point. */
  readonly stepsMoved: Int32Array;
  /** The diagonal of the inverse mass, which the caller fills in. */
  readonly inverseMass: Float64Array;
  /**
   * Of the last trajectory: initial energy, tree depth, number of steps, Σ acceptance, Σ symmetric acceptance, the energy error of
   * largest magnitude; the points of the proposal, of the divergence and of where its step began (−1: none); 1 if it could have
   * gone on.
   */
  readonly report: Float64Array;
  /** Frees all points; returns the one that the caller makes the start, with energies in the arrays above. */
  begin(): number;
  /** Grows a trajectory from `start`; bit d of `coins` is the direction of doubling d. What the callbacks throw passes through. */
  grow(start: number, stepSize: number, isDiagonal: boolean, coins: number): void;
}

/** Position, momentum, velocity and gradient. */
const VECTORS_PER_POINT = 4;
/** Subtrees refer to three points each: the whole, one of each depth, and the two steps that are made first. */
const POINTS_PER_DEPTH = 3;
const POINTS_BESIDE = 8;
/** assembly/trajectory/ has room for the points of so many doublings. */
const LARGEST_TREE_DEPTH = 20;
const REPORT_LENGTH = 10;
const BYTES_PER_NUMBER = 8;
const FLOATS_PER_NUMBER = 2;

/** Bytes of the vectors of all points; `createTrajectoryKernels` takes at most 4 GiB. */
export function trajectoryBytes(dim: number, maxTreeDepth: number): number {
  return strideOf(dim) * BYTES_PER_NUMBER * numVectorsOf(maxTreeDepth);
}

/**
 * Kernels for trajectories of up to `maxTreeDepth` doublings in `dim` dimensions, ready at once (no fetch, no promise).
 * @throws Error for sizes that are not whole numbers, for more than 20 doublings, and for more than 4 GiB.
 */
export function createTrajectoryKernels(
  dim: number,
  maxTreeDepth: number,
  callbacks: TrajectoryCallbacks,
): TrajectoryKernels {
  if (!(maxTreeDepth >= 1 && maxTreeDepth <= LARGEST_TREE_DEPTH)) {
    throw new Error(`expected 1 to ${LARGEST_TREE_DEPTH} doublings, got ${maxTreeDepth}`);
  }
  const numPoints = numPointsOf(maxTreeDepth);
  const bytes = strideOf(dim) * BYTES_PER_NUMBER;
  const memory = createMemory(strideOf(dim) * FLOATS_PER_NUMBER * numVectorsOf(maxTreeDepth));
  const module = instantiateTrajectory(memory, callbacks);
  if (module.heapBase() > RESERVED_BYTES) throw new Error("the kernels' constants outgrew RESERVED_BYTES");
  module.layOut(RESERVED_BYTES, bytes, numPoints, maxTreeDepth + 1);
  const vector = (index: number) => new Float64Array(memory.buffer, RESERVED_BYTES + bytes * index, dim);
  const points = Array.from({ length: numPoints }, (_, point): TrajectoryPoint => {
    const [position, momentum, velocity, gradient] = [0, 1, 2, 3].map((k) => vector(VECTORS_PER_POINT * point + k));
    return { position, momentum, velocity, gradient };
  });
  return {
    points,
    logDensities: new Float64Array(memory.buffer, module.logDensities(), numPoints),
    kineticEnergies: new Float64Array(memory.buffer, module.kineticEnergies(), numPoints),
    stepsMoved: new Int32Array(memory.buffer, module.stepsMoved(), numPoints),
    inverseMass: vector(numVectorsOf(maxTreeDepth) - 1),
    report: new Float64Array(memory.buffer, module.report(), REPORT_LENGTH),
    begin: () => module.begin(numPoints),
    grow: (start, stepSize, isDiagonal, coins) => module.grow(start, stepSize, Number(isDiagonal), coins, maxTreeDepth),
  };
}

/** The length of a vector in memory: even, with a zero at the end where `dim` is odd. */
function strideOf(dim: number): number {
  return 2 * Math.ceil(dim / 2);
}

function numPointsOf(maxTreeDepth: number): number {
  return POINTS_PER_DEPTH * maxTreeDepth + POINTS_BESIDE;
}

/** Those of the points, the sums of the subtrees, the inverse mass. */
function numVectorsOf(maxTreeDepth: number): number {
  return VECTORS_PER_POINT * numPointsOf(maxTreeDepth) + (maxTreeDepth + 1) + 1;
}
