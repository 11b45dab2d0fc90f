import { pacedPause, throwIfAborted } from "@poolish/core";
import type { RunOptions } from "./chainRunner.ts";
import { type ChainOutcome, type ChainTask, countDraws } from "./chainTask.ts";
import { runChain } from "./runChain.ts";

/** Runs chains one after the other in this thread, which breathes in between: for browsers and for tests. */
export async function runChains(
  tasks: readonly ChainTask[],
  { likelihoods, onProgress, signal, createStore }: RunOptions,
): Promise<readonly ChainOutcome[]> {
  const outcomes: ChainOutcome[] = [];
  const breathe = pacedPause();
  for (const task of tasks) {
    throwIfAborted(signal, "infer");
    const outcome = await runChain(task, likelihoods, {
      breathe,
      isCancelled: () => signal?.aborted === true,
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(createStore === undefined ? {} : { createStore }),
    });
    if (countDraws(outcome) === 0) throwIfAborted(signal, "infer");
    outcomes.push(outcome);
  }
  return outcomes;
}

/** How many chains run at once when the user does not say. */
export function defaultWorkers(): number {
  return 1;
}
