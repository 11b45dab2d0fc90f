import type { Mixture } from "./mixture.ts";
import type { MoveTuning } from "./moveTuning.ts";

/** What is to be done with each block of particles, as plain data. The order of blocks does not matter. */
export type SmcTask = DrawTask | MoveTask | JumpTask;

/** Draws the particles from the prior. */
export interface DrawTask {
  readonly kind: "draw";
}

/** Moves the particles, once. */
export interface MoveTask {
  readonly kind: "move";
  /** Counts the sweeps of the run from 0: names the random streams, and which level each particle tries. */
  readonly sweep: number;
  readonly temperature: number;
  /** The mass matrix: see `metricFromMass`. */
  readonly mass: Float64Array;
  readonly tuning: MoveTuning;
}

/** Proposes an independent place to each particle, once. */
export interface JumpTask {
  readonly kind: "jump";
  /** Counts the jumps of the run from 0: names the random streams. */
  readonly jump: number;
  readonly temperature: number;
  readonly mixture: Mixture;
}
