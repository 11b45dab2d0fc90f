import { compileBase64 } from "./compileBase64.ts";
import { trajectory } from "./generated/trajectory.ts";

/** The functions of assembly/trajectory/index.ts; every vector is a byte address, `bytes` its length. */
export type TrajectoryExports = {
  readonly heapBase: () => number;
  readonly drift: (
    bytes: number,
    fromPosition: number,
    fromMomentum: number,
    fromGradient: number,
    inverseMass: number,
    position: number,
    momentum: number,
    step: number,
  ) => void;
  readonly kick: (
    bytes: number,
    gradient: number,
    inverseMass: number,
    momentum: number,
    velocity: number,
    step: number,
  ) => number;
  /** 1 = true. */
  readonly pairGoesOn: (
    bytes: number,
    aMomentum: number,
    aVelocity: number,
    bMomentum: number,
    bVelocity: number,
    sum: number,
  ) => number;
  /** 1 = true. */
  readonly joinGoesOn: (
    bytes: number,
    aFirstVelocity: number,
    aLastMomentum: number,
    aLastVelocity: number,
    aSum: number,
    bFirstMomentum: number,
    bFirstVelocity: number,
    bLastVelocity: number,
    bSum: number,
  ) => number;
};

/** Compiled code has no state: one copy serves every instance of the process. */
let compiled: WebAssembly.Module | undefined;

/** A new instance over `memory`, synchronously. */
export function instantiateTrajectory(memory: WebAssembly.Memory): TrajectoryExports {
  compiled ??= compileBase64(trajectory);
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as TrajectoryExports;
}
