import type { CancelSignal, Likelihood, OnProgress } from "@poolish/core";
import type { ChainFailure, ChainResult, ChainTask } from "./chainTask.ts";

export interface RunOptions {
  /** The live likelihoods of the model, for chains that run in this thread. */
  readonly likelihoods: readonly Likelihood[];
  /** How many chains may run at once. */
  readonly workers: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

/** Runs chains and returns their results in the order of the tasks. @throws PoolishError (cancelled) on abort. */
export type ChainRunner = (
  tasks: readonly ChainTask[],
  options: RunOptions,
) => Promise<readonly (ChainResult | ChainFailure)[]>;
