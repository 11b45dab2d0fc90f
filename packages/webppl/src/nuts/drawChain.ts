import type { LogDensity, OnProgress, Rng } from "@poolish/core";
import { createDrawStore, type InitialPositionFailure, type StoredDraws, startChain } from "@poolish/mcmc";
import type { NutsOptions } from "./nutsOptions.ts";

/** The draws of one chain: plain data. */
export interface DrawnChain {
  readonly kind: "drawn";
  /** Divergences after warm-up. */
  readonly numDivergences: number;
  readonly draws: StoredDraws;
}

/** What one chain is called, and who hears of it. */
export interface ChainHooks {
  /** Counted from 0. */
  readonly chain: number;
  readonly onProgress?: OnProgress | undefined;
  /** Called with each report, about 100 times: iterations done, and all. */
  readonly onReport?: (done: number, total: number) => void;
  /** Words for the end of the message of a report. */
  readonly remark?: () => string;
}

const NUM_REPORTS = 100;

/**
 * One chain of NUTS, on any thread; stops after each iteration, so that the caller can do something else or give up.
 * Chain c has the stream rng.foldIn(c), so it does not depend on the others.
 */
export function* drawChain(
  density: LogDensity,
  rng: Rng,
  options: NutsOptions,
  { chain: index, onProgress, onReport, remark = () => "" }: ChainHooks,
): Generator<undefined, DrawnChain | InitialPositionFailure> {
  const { samples, burn, targetAcceptance, maxTreeDepth } = options;
  const chain = startChain(density, rng.foldIn(index), {
    warmup: burn,
    draws: samples,
    targetAcceptance,
    maxTreeDepth,
  });
  if (chain.kind === "noInitialPosition") return chain;
  const task = `chain ${index + 1} of ${options.chains}`;
  const store = createDrawStore(density.dim, samples);
  const total = burn + samples;
  const reportEvery = Math.ceil(total / NUM_REPORTS);
  let numDivergences = 0;
  for (let done = 1; done <= total; done++) {
    const { isWarmup, position, info } = chain.next();
    if (!isWarmup) store.draw(position, info);
    numDivergences += Number(!isWarmup && info.isDivergent);
    if (done % reportEvery === 0 || done === total) {
      const phase = isWarmup ? "warm-up" : "sampling";
      onProgress?.({ task, done, total, message: `${phase}, ${numDivergences} divergences${remark()}` });
      onReport?.(done, total);
    }
    yield undefined;
  }
  return { kind: "drawn", numDivergences, draws: store.stored() };
}
