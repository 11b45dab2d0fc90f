import { PoolishError } from "@poolish/core";
import type { Simulations } from "./simulations.ts";

/** Above this share of failed runs, what is left no longer stands for the prior. */
const LARGEST_SHARE = 0.5;

/** Simulations without the runs that failed. */
export interface UsableSimulations {
  readonly simulations: Simulations;
  readonly numDropped: number;
}

/**
 * Leaves out simulations whose x holds NaN or ±Infinity.
 * @throws PoolishError when more than half of them failed, naming the first.
 */
export function dropFailed(simulations: Simulations): UsableSimulations {
  const { count, columns, parameters, conditions, x, theta, conditionValues } = simulations;
  const isUsable = (row: number): boolean =>
    x.subarray(row * columns.length, (row + 1) * columns.length).every(Number.isFinite);
  const rows = Int32Array.from({ length: count }, (_, row) => row).filter(isUsable);
  const numDropped = count - rows.length;
  if (numDropped === 0) return { simulations, numDropped };
  if (numDropped > LARGEST_SHARE * count) {
    const first = Array.from({ length: count }, (_, row) => row).findIndex((row) => !isUsable(row));
    throw new PoolishError(`${numDropped} of ${count} simulations failed: their x is not finite`, {
      kind: "input",
      field: "x",
      row: first,
      remedy: "Narrow the prior to where the simulator works, or fill every column of out.",
    });
  }
  const take = (values: Float64Array, width: number): Float64Array => {
    const taken = new Float64Array(rows.length * width);
    rows.forEach((row, i) => {
      taken.set(values.subarray(row * width, (row + 1) * width), i * width);
    });
    return taken;
  };
  return {
    simulations: {
      ...simulations,
      count: rows.length,
      theta: take(theta, parameters.length),
      x: take(x, columns.length),
      conditionValues: take(conditionValues, conditions.length),
    },
    numDropped,
  };
}
