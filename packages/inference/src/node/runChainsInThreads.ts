import { setMaxListeners } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type OnProgress, PoolishError, throwIfAborted } from "@poolish/core";
import type { RunOptions } from "../chainRunner.ts";
import { type ChainOutcome, type ChainTask, countDraws } from "../chainTask.ts";
import { runChains as runChainsInTurn } from "../runChainsInTurn.ts";
import type { WorkerData, WorkerMessage } from "./chainWorker.ts";
import { createStore } from "./createStore.ts";

/** From `src/node` as from `dist/node`: threads cannot run TypeScript, so tests use the built worker too. */
const WORKER_URL = new URL("../../dist/node/chainWorker.js", import.meta.url);

/** The export condition of the packages' sources in this repository. */
const SOURCE_CONDITION = "@poolish/source";

/**
 * Runs chains in worker threads, at most `workers` at once. Each thread revives the model from plain data; with one
 * worker the chains run in this thread. The draws are the same either way. An abort raises a flag in shared memory that
 * each chain looks at. No thread is alive once the promise settles: the first failure ends all of them, and so does the
 * first chain that an abort leaves without a draw.
 */
export async function runChains(tasks: readonly ChainTask[], options: RunOptions): Promise<readonly ChainOutcome[]> {
  const { workers, onProgress, signal } = options;
  throwIfAborted(signal, "infer");
  if (workers === 1) return runChainsInTurn(tasks, { createStore, ...options });
  const outcomes = new Array<ChainOutcome>(tasks.length);
  const cancelFlag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const cancel = (): void => void Atomics.store(cancelFlag, 0, 1);
  const stop = new AbortController();
  // One listener for each chain, which Node would take for a leak from the eleventh on.
  setMaxListeners(0, stop.signal);
  let next = 0;
  const drain = async (): Promise<void> => {
    while (next < tasks.length && !stop.signal.aborted) {
      throwIfAborted(signal, "infer");
      const index = next++;
      outcomes[index] = await runInThread({ task: tasks[index], cancelFlag }, stop.signal, onProgress);
      if (countDraws(outcomes[index]) === 0) throwIfAborted(signal, "infer");
    }
  };
  signal?.addEventListener("abort", cancel);
  const drains = Array.from({ length: Math.min(workers, tasks.length) }, () =>
    drain().catch((error: unknown) => stop.abort(error)),
  );
  await Promise.all(drains);
  signal?.removeEventListener("abort", cancel);
  stop.signal.throwIfAborted();
  return outcomes;
}

/** Rejects with the reason of `stop` when that is aborted. The thread has ended when the promise settles. */
function runInThread(
  workerData: WorkerData,
  stop: AbortSignal,
  onProgress: OnProgress | undefined,
): Promise<ChainOutcome> {
  const worker = new Worker(WORKER_URL, { workerData, execArgv: builtArguments(process.execArgv) });
  const name = `chain ${workerData.task.chain + 1}`;
  return new Promise<ChainOutcome>((resolve, reject) => {
    stop.addEventListener("abort", () => reject(stop.reason), { once: true });
    worker.on("error", (error) => reject(withClass(error)));
    worker.on("exit", (code) => reject(new Error(`the thread of ${name} ended with code ${code}`)));
    worker.on("message", (message: WorkerMessage) => {
      if (message.kind === "result") return resolve(message.result);
      try {
        onProgress?.(message.progress);
      } catch (error) {
        reject(error);
      }
    });
  }).finally(() => worker.terminate());
}

/** An error keeps its properties on the way out of a thread, and loses its class. */
function withClass(error: Error): Error {
  return error.name === "PoolishError" ? Object.setPrototypeOf(error, PoolishError.prototype) : error;
}

/** Node's options without the condition that leads to TypeScript sources: the thread runs the build. */
function builtArguments(options: readonly string[]): string[] {
  return options.filter((option, i) => {
    const value =
      option === "--conditions" || option === "-C" ? options[i + 1] : option.replace(/^(--conditions|-C)=/, "");
    return value !== SOURCE_CONDITION && option !== SOURCE_CONDITION;
  });
}

/** How many chains run at once when the user does not say. */
export function defaultWorkers(): number {
  return availableParallelism();
}
