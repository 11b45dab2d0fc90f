import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { OnProgress } from "@poolish/core";
import type { ChainPool, ChainsTask } from "../nuts/chainPool.ts";
import type { DrawnChain } from "../nuts/drawChain.ts";
import type { ChainWorkerData, ChainWorkerMessage } from "./chainWorker.ts";

/**
 * Threads for the chains from `first` on: one for each processor that this thread leaves, as far as there are chains.
 * Undefined where that is none, or where the package has not been built.
 */
export function openPool(
  task: ChainsTask,
  first: number,
  onProgress: OnProgress | undefined,
  numThreads: number = availableParallelism() - 1,
): ChainPool | undefined {
  const file = workerFile();
  const count = Math.min(numThreads, task.options.chains - first);
  if (file === undefined || count < 1) return undefined;
  const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  next[0] = first;
  const results = new Map<number, DrawnChain | undefined>();
  let isClosed = false;
  const hear = (message: ChainWorkerMessage) => {
    if (isClosed) return;
    if (message.kind === "progress") onProgress?.(message.progress);
    else results.set(message.chain, message.drawn);
  };
  const threads = Array.from(
    { length: count },
    () => new Worker(file, { workerData: { task, next } satisfies ChainWorkerData, execArgv: [] }),
  );
  const finished = Promise.all(threads.map((thread) => ended(thread, hear)));
  // Whoever waits hears of a failure; nobody may be waiting yet.
  finished.catch(() => undefined);
  return {
    take: () => Atomics.add(next, 0, 1),
    finished,
    results,
    close() {
      isClosed = true;
      for (const thread of threads) void thread.terminate();
    },
  };
}

/** Resolves when the thread has ended; rejects with what it, or who hears of it, failed with. */
function ended(thread: Worker, hear: (message: ChainWorkerMessage) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    thread.on("message", (message: ChainWorkerMessage) => {
      try {
        hear(message);
      } catch (error) {
        reject(error);
      }
    });
    thread.on("error", reject);
    thread.on("exit", () => resolve());
  });
}

/** The bundled worker, wherever this file is: in src/node, in dist/node or in a bundle in dist. */
function workerFile(): string | undefined {
  const candidates = ["./chainWorker.mjs", "../chainWorker.mjs", "../../dist/chainWorker.mjs"];
  return candidates.map((path) => fileURLToPath(new URL(path, import.meta.url))).find(existsSync);
}
