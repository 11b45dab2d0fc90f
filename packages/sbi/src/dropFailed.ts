import { PoolishError } from "@poolish/core";
import { rowsOf } from "./plan/rowsOf.ts";
import { firstTrials, type Simulations, trialsOf } from "./simulations.ts";

/** Above this share of failed runs, what is left no longer stands for the prior. */
const LARGEST_SHARE = 0.5;

/** Simulations without the runs that failed. */
export interface UsableSimulations {
  readonly simulations: Simulations;
  readonly numDropped: number;
}

/**
 * Leaves out simulations whose x holds NaN or ±Infinity, in any trial.
 * @throws PoolishError when more than half of them failed, naming the first.
 */
export function dropFailed(simulations: Simulations): UsableSimulations {
  const { count, columns, parameters, conditions, x, theta, conditionValues, numTrials } = simulations;
  const first = firstTrials(simulations);
  const isUsable = (row: number): boolean =>
    x.subarray(first[row] * columns.length, first[row + 1] * columns.length).every(Number.isFinite);
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
  const trials = trialsOf(simulations, rows);
  return {
    simulations: {
      ...simulations,
      count: rows.length,
      theta: rowsOf(theta, parameters.length, rows),
      x: rowsOf(x, columns.length, trials),
      conditionValues: rowsOf(conditionValues, conditions.length, trials),
      ...(numTrials && { numTrials: numTrials.filter((_, row) => isUsable(row)) }),
    },
    numDropped,
  };
}
