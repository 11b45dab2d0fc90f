import type { NutsInfo } from "@poolish/mcmc";
import type { ChainResult, ChainTask, StreamedChain } from "./chainTask.ts";

/** One draw after warm-up. */
export interface ChainDraw {
  /** The model's variables on the constrained scale; overwritten by the next draw. */
  readonly outputs: Float64Array;
  /** On the unconstrained scale; fresh, may be kept. */
  readonly position: Float64Array;
  /** Where the draw's trajectory began; may be kept. Undefined for the first iteration of a chain. */
  readonly trajectoryStart: Float64Array | undefined;
  readonly info: NutsInfo;
}

/** Receives the draws of one chain in order, and keeps them somewhere. */
export interface ChainStore {
  draw(draw: ChainDraw): void;
  /** What the chain leaves. No draw follows. */
  finish(numGradients: number): ChainResult | StreamedChain;
  /** Releases what the store holds open; also called when the chain throws. */
  close(): void;
}

/** Makes the store of a chain whose draws have `numOutputs` values and positions of length `dim`. */
export type CreateChainStore = (
  task: ChainTask,
  size: { readonly numOutputs: number; readonly dim: number },
) => ChainStore;
