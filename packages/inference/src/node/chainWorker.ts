import { parentPort, workerData } from "node:worker_threads";
import type { Progress } from "@poolish/core";
import type { ChainOutcome, ChainTask } from "../chainTask.ts";
import { reviveLikelihood } from "../reviveLikelihood.ts";
import { runChain } from "../runChain.ts";
import { createStore } from "./createStore.ts";

/** What a chain's thread starts with. */
export interface WorkerData {
  readonly task: ChainTask;
  /** One element in shared memory: once it is not 0, the chain ends with the draws that it has. */
  readonly cancelFlag: Int32Array;
}

/** What a chain's thread says. */
export type WorkerMessage =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "result"; readonly result: ChainOutcome };

if (parentPort !== null) {
  const port = parentPort;
  const { task, cancelFlag } = workerData as WorkerData;
  const likelihoods = await Promise.all(task.model.likelihoods.map(reviveLikelihood));
  const result = await runChain(task, likelihoods, {
    createStore,
    isCancelled: () => Atomics.load(cancelFlag, 0) !== 0,
    onProgress: (progress) => port.postMessage({ kind: "progress", progress } satisfies WorkerMessage),
  });
  const buffers = result.kind === "complete" ? [result.outputs.buffer, result.positions.buffer] : [];
  port.postMessage({ kind: "result", result } satisfies WorkerMessage, buffers as ArrayBuffer[]);
}
