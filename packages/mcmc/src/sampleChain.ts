import type { LogDensity, OnProgress, Rng } from "@poolish/core";
import { type Chain, type ChainOptions, startChain } from "./chain.ts";
import type { InitialPositionFailure } from "./initialPosition.ts";
import type { NutsInfo } from "./nuts.ts";

/** Receives the draws after warm-up, in order: memory, a file, a running mean. The sampler itself keeps nothing. */
export interface DrawSink {
  /** Both arguments are fresh and may be kept. */
  draw(position: Float64Array, info: NutsInfo): void;
}

export interface ChainHooks {
  readonly sink: DrawSink;
  /** About 100 reports a chain. */
  readonly onProgress?: OnProgress;
  /** The task that progress reports name, e.g. "chain 2". */
  readonly task?: string;
  /** Looked at before each iteration; once it is true, the chain ends with what it has. */
  readonly isCancelled?: () => boolean;
}

/** How a chain ended; its draws went to the sink. */
export interface ChainOutcome {
  readonly kind: "complete" | "cancelled";
  /** Number of draws that the sink received. */
  readonly numDraws: number;
  /** Divergences after warm-up. */
  readonly numDivergences: number;
  readonly numWarmupDivergences: number;
  /** The step size and the diagonal of M⁻¹ (variances on the unconstrained scale) at the end. */
  readonly stepSize: number;
  readonly inverseMass: Float64Array;
}

interface Tally {
  done: number;
  numDraws: number;
  numDivergences: number;
  numWarmupDivergences: number;
}

const NUM_REPORTS = 100;

/**
 * Runs a chain to its end (`startChain` says how). Synchronous, for a worker; where the thread must breathe in between,
 * loop over `startChain` instead.
 */
export function sampleChain(
  target: LogDensity,
  rng: Rng,
  options: ChainOptions,
  hooks: ChainHooks,
): ChainOutcome | InitialPositionFailure {
  const chain = startChain(target, rng, options);
  if (chain.kind === "noInitialPosition") return chain;
  const total = options.warmup + options.draws;
  const reportEvery = Math.max(1, Math.floor(total / NUM_REPORTS));
  const tally: Tally = { done: 0, numDraws: 0, numDivergences: 0, numWarmupDivergences: 0 };
  while (tally.done < total && hooks.isCancelled?.() !== true) {
    const info = advance(chain, hooks.sink, tally);
    if (tally.done % reportEvery === 0 || tally.done === total) report(hooks, options, tally, info);
  }
  const { numDraws, numDivergences, numWarmupDivergences } = tally;
  const { stepSize, metric } = chain.parameters();
  const { inverseMass } = metric;
  const kind = tally.done === total ? "complete" : "cancelled";
  return { kind, numDraws, numDivergences, numWarmupDivergences, stepSize, inverseMass };
}

function advance(chain: Chain, sink: DrawSink, tally: Tally): NutsInfo {
  const { isWarmup, position, info } = chain.next();
  tally.done++;
  if (isWarmup) {
    tally.numWarmupDivergences += Number(info.isDivergent);
  } else {
    tally.numDivergences += Number(info.isDivergent);
    tally.numDraws++;
    sink.draw(position, info);
  }
  return info;
}

function report({ onProgress, task = "chain" }: ChainHooks, options: ChainOptions, tally: Tally, info: NutsInfo): void {
  const { done } = tally;
  const [phase, count] =
    done <= options.warmup ? ["warm-up", tally.numWarmupDivergences] : ["sampling", tally.numDivergences];
  const divergences = count === 1 ? "1 divergence" : `${count} divergences`;
  const message = `${phase}, ${divergences}, step size ${info.stepSize.toPrecision(2)}`;
  onProgress?.({ task, done, total: options.warmup + options.draws, message });
}
