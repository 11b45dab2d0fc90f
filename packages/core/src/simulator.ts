import type { ColumnSpec } from "./likelihood.ts";
import type { Rng } from "./rng.ts";

/** A program that draws x given θ, and the known conditions of the trial where it has any. */
export interface Simulator {
  /** Recorded in the files that come of it. */
  readonly name?: string;
  /** Names of the parameters, in the order of `theta`. */
  readonly parameters: readonly string[];
  /** What it draws, in the order of `out`. */
  readonly columns: readonly ColumnSpec[];
  /** Known inputs of a trial (a dose, a contrast), in the order of `conditions`. */
  readonly conditions?: readonly ColumnSpec[];
  /**
   * Draws one observation: reads `theta` (one number a parameter) and `conditions` (one number each), fills `out` (one
   * number a column). All chance from `rng`. A run that fails leaves or writes NaN: it is counted and left out of training.
   */
  simulate(rng: Rng, theta: Float64Array, out: Float64Array, conditions: Float64Array): void;
}
