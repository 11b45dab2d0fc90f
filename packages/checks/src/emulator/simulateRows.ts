import type { Rng, Simulator } from "@poolish/core";

/** What a simulator is run at, row by row. */
export interface SimulatorInput {
  /** count × parameters. */
  readonly theta: Float64Array;
  /** count × conditions. */
  readonly conditions: Float64Array;
}

/** Overwrites `out` row by row; the simulator gets copies, so that one which writes to its arguments changes nothing. */
export function simulateRows(
  { parameters, conditions = [], columns, simulate }: Simulator,
  rng: Rng,
  source: SimulatorInput,
  count: number,
  out: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const theta = source.theta.slice(i * parameters.length, (i + 1) * parameters.length);
    const known = source.conditions.slice(i * conditions.length, (i + 1) * conditions.length);
    simulate(rng.foldIn(i), theta, out.subarray(i * columns.length, (i + 1) * columns.length), known);
  }
}
