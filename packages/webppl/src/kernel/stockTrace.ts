import type { Scalar } from "../host/adNodes.ts";
import type { Continuation, Store, WebpplFunction } from "../host/coroutine.ts";
import type { Distribution } from "../host/distribution.ts";

/** A random choice in one of WebPPL's own traces. */
export interface StockChoice {
  readonly address: string;
  readonly dist: Distribution;
  readonly val: unknown;
}

/** One run of a program as WebPPL's MCMC and SMC keep it (`src/trace.js`). */
export interface StockTrace {
  readonly wpplFn: WebpplFunction;
  readonly initialStore: Store;
  readonly baseAddress: string;
  readonly choices: readonly StockChoice[];
  /** Log joint density so far. */
  score: Scalar;
  numFactors: number;
  value: unknown;
  /** How many proposals of a chain were accepted; chains have it, particles do not. */
  info?: { readonly accepted: number; readonly total: number };
  /** A trace of the same program with nothing in it. */
  fresh(): StockTrace;
  addChoice(dist: Distribution, val: unknown, address: string, s: Store, k: Continuation, options: unknown): void;
  /** Where to go on: particles stop at a factor. */
  saveContinuation(s: Store, k: Continuation): void;
  complete(value: unknown): void;
}

/** What WebPPL tells a kernel at each call. */
export interface KernelRunOptions {
  /** Choices before this one stay as they are. */
  readonly proposalBoundary?: number;
  /** The run ends at this factor, counted from 1; 0 = it ends where the program ends. */
  readonly exitFactor?: number;
}
