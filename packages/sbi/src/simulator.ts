import type { ColumnSpec, Rng } from "@poolish/core";

/** A program that draws x given θ. */
export interface Simulator {
  /** Recorded in the files that come of it. */
  readonly name?: string;
  /** Names of the parameters, in the order of `theta`. */
  readonly parameters: readonly string[];
  /** What it draws, in the order of `out`. */
  readonly columns: readonly ColumnSpec[];
  /** Draws one observation: reads `theta` (one number a parameter), fills `out` (one number a column). All chance from `rng`. */
  simulate(rng: Rng, theta: Float64Array, out: Float64Array): void;
}
