import { parentPort, workerData } from "node:worker_threads";
import { type LogDensity, type Progress, rngFromSeed } from "@poolish/core";
import type { ChainsTask } from "../nuts/chainPool.ts";
import { type DrawnChain, drawChain } from "../nuts/drawChain.ts";
import { isUntaped, linkProgram } from "../tape/linkProgram.ts";
import { reviveTerm } from "./reviveTerm.ts";

/** What a thread starts with. */
export interface ChainWorkerData {
  readonly task: ChainsTask;
  /** One element in shared memory: the next chain that nobody has taken. */
  readonly next: Int32Array;
}

/** What a thread says. */
export type ChainWorkerMessage =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "chain"; readonly chain: number; readonly drawn: DrawnChain | undefined };

if (parentPort !== null) {
  const port = parentPort;
  const send = (message: ChainWorkerMessage) => port.postMessage(message);
  const { task, next } = workerData as ChainWorkerData;
  const { program, options } = task;
  const density = await linkProgram(program, reviveTerm).catch(() => undefined);
  // A likelihood that cannot be revived here leaves all chains to the thread that has it.
  if (density !== undefined) runChains(density);

  function runChains(target: LogDensity): void {
    for (let chain = Atomics.add(next, 0, 1); chain < options.chains; chain = Atomics.add(next, 0, 1)) {
      send({ kind: "chain", chain, drawn: run(target, chain) });
    }
  }

  /** Undefined where the program itself must run the chain. */
  function run(target: LogDensity, chain: number): DrawnChain | undefined {
    const onProgress = (progress: Progress) => send({ kind: "progress", progress });
    try {
      const steps = drawChain(target, rngFromSeed(options.seed), options, { chain, onProgress });
      for (;;) {
        const { done, value } = steps.next();
        if (done === true) return value.kind === "drawn" ? value : undefined;
      }
    } catch (error) {
      if (isUntaped(error)) return undefined;
      throw error;
    }
  }
}
