import type { CancelSignal, Likelihood, OnProgress } from "@poolish/core";
import type { CreateChainStore } from "./chainStore.ts";
import type { ChainOutcome, ChainTask } from "./chainTask.ts";

export interface RunOptions {
  /** The live likelihoods of the model, for chains that run in this thread. */
  readonly likelihoods: readonly Likelihood[];
  /** How many chains may run at once. */
  readonly workers: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
  /** Where chains that run in this thread leave their draws; in memory by default. */
  readonly createStore?: CreateChainStore;
}

/**
 * Runs chains and returns their outcomes in the order of the tasks. After an abort the chains end with the draws that
 * they have. @throws PoolishError (cancelled) on an abort before all chains have a draw.
 */
export type ChainRunner = (tasks: readonly ChainTask[], options: RunOptions) => Promise<readonly ChainOutcome[]>;
