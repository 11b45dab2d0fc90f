import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { PoolishError, throwIfAborted } from "@poolish/core";
import type { RunOptions } from "../chainRunner.ts";
import type { ChainFailure, ChainResult, ChainTask } from "../chainTask.ts";
import { runChains as runChainsInTurn } from "../runChainsInTurn.ts";
import type { WorkerMessage } from "./chainWorker.ts";

/** From `src/node` as from `dist/node`: threads cannot run TypeScript, so tests use the built worker too. */
const WORKER_URL = new URL("../../dist/node/chainWorker.js", import.meta.url);

/**
 * Runs chains in worker threads, at most `workers` at once. Each thread revives the model from plain data; with one
 * worker the chains run in this thread. The draws are the same either way.
 */
export async function runChains(
  tasks: readonly ChainTask[],
  options: RunOptions,
): Promise<readonly (ChainResult | ChainFailure)[]> {
  throwIfAborted(options.signal, "infer");
  if (options.workers === 1) return runChainsInTurn(tasks, options);
  const results = new Array<ChainResult | ChainFailure>(tasks.length);
  let next = 0;
  const drain = async (): Promise<void> => {
    while (next < tasks.length) {
      const index = next++;
      results[index] = await runInThread(tasks[index], options);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.workers, tasks.length) }, drain));
  return results;
}

function runInThread(task: ChainTask, { onProgress, signal }: RunOptions): Promise<ChainResult | ChainFailure> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER_URL, { workerData: task });
    const finish = (settle: () => void): void => {
      signal?.removeEventListener("abort", cancel);
      void worker.terminate();
      settle();
    };
    const cancel = (): void =>
      finish(() => reject(new PoolishError("infer was cancelled", { kind: "cancelled", cause: signal?.reason })));
    signal?.addEventListener("abort", cancel);
    worker.on("message", (message: WorkerMessage) => {
      if (message.kind === "progress") onProgress?.(message.progress);
      else finish(() => resolve(message.result));
    });
    worker.on("error", (error) => finish(() => reject(error)));
    worker.on("exit", (code) => finish(() => reject(new Error(`the thread of ${task.chain} ended with code ${code}`))));
    if (signal?.aborted) cancel();
  });
}

/** How many chains run at once when the user does not say. */
export function defaultWorkers(): number {
  return availableParallelism();
}
