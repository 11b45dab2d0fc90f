import type { ColumnSpec, Likelihood } from "@poolish/core";
import type { CompiledModel } from "@poolish/ppl";
import type { LearnedInstruction } from "./boxShares.ts";

/** Trials on the wrong side of a bound that a parameter sets, such as response times below a non-decision time. */
export interface OffSupportTrials {
  readonly site: string;
  readonly column: string;
  /** The parameter that is the bound. */
  readonly parameter: string;
  readonly side: "below" | "above";
  readonly numTrials: number;
  /** Trials (rows of the data, counted from 0) that are off at any draw, with their share of draws; most often off first. */
  readonly trials: readonly { readonly row: number; readonly share: number }[];
}

/** Counts trials beyond one bound, one `count` a draw. */
export interface TrialCounter {
  /** θ: numRows × width, row-major, of one draw. */
  count(theta: Float64Array): void;
  trials(): OffSupportTrials;
}

interface Bound {
  readonly column: ColumnSpec;
  readonly parameter: string;
  readonly side: "below" | "above";
}

/** One counter for each column bound that is a parameter. */
export function trialCounters(
  model: CompiledModel,
  { observation, parts }: LearnedInstruction,
  { columns, parameters }: Likelihood,
): TrialCounter[] {
  const bounds = columns.flatMap((column): Bound[] => {
    const { lower, upper } = column.bounds ?? {};
    return [
      ...(typeof lower === "string" ? [{ column, parameter: lower, side: "below" } as const] : []),
      ...(typeof upper === "string" ? [{ column, parameter: upper, side: "above" } as const] : []),
    ];
  });
  return bounds.map((bound) => {
    const p = parameters.findIndex(({ name }) => name === bound.parameter);
    return trialCounter(model, observation, bound, p, parts.length);
  });
}

/**
 * Trials of each row are visited from the most exposed one on, until one is on the right side: a draw costs one
 * comparison a row where none is off.
 */
function trialCounter(
  { observations }: CompiledModel,
  observation: number,
  { column, parameter, side }: Bound,
  p: number,
  width: number,
): TrialCounter {
  const { site, columns, row, numRows, rows } = observations[observation];
  const x = columns[column.name];
  const sign = side === "below" ? 1 : -1;
  const trialsOfRow = Array.from({ length: numRows }, (): number[] => []);
  for (let trial = 0; trial < row.length; trial++) trialsOfRow[row[trial]].push(trial);
  for (const trials of trialsOfRow) trials.sort((a, b) => sign * (x[a] - x[b]));
  const counts = new Int32Array(row.length);
  let numDraws = 0;
  return {
    count(theta) {
      numDraws++;
      for (let r = 0; r < numRows; r++) {
        const bound = theta[r * width + p];
        const trials = trialsOfRow[r];
        for (let i = 0; i < trials.length && sign * (x[trials[i]] - bound) < 0; i++) counts[trials[i]]++;
      }
    },
    trials() {
      const off = Array.from(counts.keys()).filter((trial) => counts[trial] > 0);
      return {
        ...{ site, column: column.name, parameter, side },
        numTrials: row.length,
        trials: off
          .map((trial) => ({ row: rows?.[trial] ?? trial, share: counts[trial] / numDraws }))
          .sort((a, b) => b.share - a.share || a.row - b.row),
      };
    },
  };
}
