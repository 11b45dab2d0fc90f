import { parentPort, workerData } from "node:worker_threads";
import type { Progress } from "@poolish/core";
import type { ChainFailure, ChainResult, ChainTask } from "../chainTask.ts";
import { reviveLikelihood } from "../reviveLikelihood.ts";
import { runChain } from "../runChain.ts";

/** What a chain's thread says. */
export type WorkerMessage =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "result"; readonly result: ChainResult | ChainFailure };

if (parentPort !== null) {
  const port = parentPort;
  const task = workerData as ChainTask;
  const likelihoods = await Promise.all(task.model.likelihoods.map(reviveLikelihood));
  const result = await runChain(task, likelihoods, {
    onProgress: (progress) => port.postMessage({ kind: "progress", progress } satisfies WorkerMessage),
  });
  const buffers = result.kind === "failed" ? [] : [result.outputs.buffer, result.positions.buffer];
  port.postMessage({ kind: "result", result } satisfies WorkerMessage, buffers as ArrayBuffer[]);
}
