import type { C2stNull } from "../c2st/c2stNull.ts";
import type { Comparison } from "./compareColumns.ts";

/** The comparisons of one group, or of all groups' draws together. */
export interface GroupComparison {
  readonly label: string;
  /** First jointly where there are several columns, then column by column. */
  readonly comparisons: readonly Comparison[];
}

/** What `checkEmulator` found. */
export interface EmulatorCheck {
  readonly site: string;
  readonly columns: readonly string[];
  /** Draws of each source in each group. */
  readonly count: number;
  /** All groups together. */
  readonly together: GroupComparison;
  /** Each group by itself, where there are several. */
  readonly groups: readonly GroupComparison[];
  /** How accuracies of groups, and of all together, scatter when there is nothing to tell. */
  readonly groupNull: C2stNull;
  readonly togetherNull: C2stNull;
  /** Accuracies from which a difference is found, corrected for the number of comparisons. */
  readonly groupThreshold: number;
  readonly togetherThreshold: number;
  /** Pairs of draws of all groups, row-major with the columns above: for pictures. */
  readonly draws: { readonly emulated: Float64Array; readonly simulated: Float64Array };
  /** Runs of the simulator that failed at posterior draws; the emulator has no counterpart of them. */
  readonly numFailed: number;
  /** False when the two can be told apart: a wrong alarm in 1 of 100 emulators that are exact. */
  readonly isAlike: boolean;
  /** What was found, in words. */
  readonly verdict: string;
  /** The verdict when it is bad, and what else a reader should know. */
  readonly notices: readonly string[];
}
