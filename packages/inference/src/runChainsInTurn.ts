import { pause, throwIfAborted } from "@poolish/core";
import type { RunOptions } from "./chainRunner.ts";
import type { ChainFailure, ChainResult, ChainTask } from "./chainTask.ts";
import { runChain } from "./runChain.ts";

/** Runs chains one after the other in this thread, which breathes in between: for browsers and for tests. */
export async function runChains(
  tasks: readonly ChainTask[],
  { likelihoods, onProgress, signal }: RunOptions,
): Promise<readonly (ChainResult | ChainFailure)[]> {
  const breathe = async (): Promise<void> => {
    await pause();
    throwIfAborted(signal, "infer");
  };
  const results: (ChainResult | ChainFailure)[] = [];
  for (const task of tasks) {
    throwIfAborted(signal, "infer");
    results.push(await runChain(task, likelihoods, { breathe, ...(onProgress === undefined ? {} : { onProgress }) }));
  }
  return results;
}

/** How many chains run at once when the user does not say. */
export function defaultWorkers(): number {
  return 1;
}
