import type { OnProgress } from "@poolish/core";
import type { TapedProgram } from "../tape/tapedProgram.ts";
import type { DrawnChain } from "./drawChain.ts";
import type { NutsOptions } from "./nutsOptions.ts";

/** All that threads need to run chains, as plain data. */
export interface ChainsTask {
  readonly program: TapedProgram;
  readonly options: NutsOptions;
}

/** Threads that run chains next to this one. Whoever has time takes the next chain. */
export interface ChainPool {
  /** The next chain that nobody has taken. */
  take(): number;
  /** Settled once the threads have no more to do; rejected with what one of them failed with. */
  readonly finished: Promise<unknown>;
  /**
   * The chains that threads have run by now. Undefined or missing where one found no start, or came to a path through
   * the program that no tape holds: the program itself must run it.
   */
  readonly results: ReadonlyMap<number, DrawnChain | undefined>;
  /** Ends the threads. */
  close(): void;
}

/** Starts threads for the chains from `first` on; undefined where the machine has no processor for them. */
export type OpenPool = (task: ChainsTask, first: number, onProgress: OnProgress | undefined) => ChainPool | undefined;
