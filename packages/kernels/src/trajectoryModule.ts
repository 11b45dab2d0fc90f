import { compileBase64 } from "./compileBase64.ts";
import { trajectory } from "./generated/trajectory.ts";

/** What a trajectory asks of its caller; points are counted from 0. */
export type TrajectoryCallbacks = {
  /** Overwrites the gradient of `point`; returns the log-density at its position. */
  readonly evaluate: (point: number) => number;
  /** Where the metric is not diagonal: a whole step, with all four vectors and the kinetic energy; returns the log-density. */
  readonly step: (from: number, to: number, stepSize: number) => number;
  /** The next uniform number in (0, 1). */
  readonly uniform: () => number;
};

/** The functions of assembly/trajectory/index.ts; those without arguments return byte addresses. */
export type TrajectoryExports = {
  readonly heapBase: () => number;
  /** Lays out the vectors from the address `base`: four of each point, one of each subtree, the inverse mass. */
  readonly layOut: (base: number, bytesOfVector: number, numPoints: number, numSubtrees: number) => void;
  readonly logDensities: () => number;
  readonly kineticEnergies: () => number;
  readonly stepsMoved: () => number;
  readonly report: () => number;
  readonly begin: (numPoints: number) => number;
  readonly grow: (start: number, stepSize: number, isDiagonal: number, coins: number, maxTreeDepth: number) => void;
};

/** Compiled code has no state: one copy serves every instance of the process. */
let compiled: WebAssembly.Module | undefined;

/** A new instance over `memory`, synchronously. */
export function instantiateTrajectory(memory: WebAssembly.Memory, callbacks: TrajectoryCallbacks): TrajectoryExports {
  compiled ??= compileBase64(trajectory);
  return new WebAssembly.Instance(compiled, { env: { memory, ...callbacks } }).exports as TrajectoryExports;
}
