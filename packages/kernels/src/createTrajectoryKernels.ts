import { createMemory, RESERVED_BYTES } from "./memory.ts";
import { instantiateTrajectory, type TrajectoryExports } from "./trajectoryModule.ts";

/** A float64 vector in the memory of trajectory kernels. */
export interface TrajectoryVector {
  /** Byte address, a multiple of 16. */
  readonly address: number;
  /** The numbers; the view stays valid as long as the kernels live. */
  readonly values: Float64Array;
}

/**
 * What a leapfrog integrator and the No-U-Turn criterion do with float64 vectors of one length, which lie in a memory of
 * their own: see `TrajectoryExports`. Addresses are not checked.
 */
export interface TrajectoryKernels extends Pick<TrajectoryExports, "drift" | "kick" | "pairGoesOn" | "joinGoesOn"> {
  /** What the functions take as `bytes`: the vectors end in a zero where their length is odd. */
  readonly bytes: number;
  /** The next vector, of zeros. @throws Error when all `numVectors` are handed out. */
  allocate(): TrajectoryVector;
}

const BYTES_PER_NUMBER = 8;
const FLOATS_PER_NUMBER = 2;

/**
 * Kernels for up to `numVectors` vectors of `dim` numbers, ready at once (no fetch, no promise).
 * @throws Error for sizes that are not whole numbers, and for more than 4 GiB.
 */
export function createTrajectoryKernels(dim: number, numVectors: number): TrajectoryKernels {
  const stride = 2 * Math.ceil(dim / 2);
  const memory = createMemory(stride * FLOATS_PER_NUMBER * numVectors);
  const { heapBase, drift, kick, pairGoesOn, joinGoesOn } = instantiateTrajectory(memory);
  if (heapBase() > RESERVED_BYTES) throw new Error("the kernels' constants outgrew RESERVED_BYTES");
  const bytes = stride * BYTES_PER_NUMBER;
  let numAllocated = 0;
  return {
    bytes,
    drift,
    kick,
    pairGoesOn,
    joinGoesOn,
    allocate() {
      if (numAllocated === numVectors) throw new Error(`all ${numVectors} vectors are handed out`);
      const address = RESERVED_BYTES + bytes * numAllocated++;
      return { address, values: new Float64Array(memory.buffer, address, dim) };
    },
  };
}
