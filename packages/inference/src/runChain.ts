import { type Likelihood, type OnProgress, rngFromSeed } from "@poolish/core";
import { type Chain, type InitialPositionFailure, pathfinderStart, startChain } from "@poolish/mcmc";
import { type LinkedModel, linkModel } from "@poolish/ppl";
import type { ChainStore, CreateChainStore } from "./chainStore.ts";
import type { ChainOutcome, ChainTask } from "./chainTask.ts";
import { coordinatesOf } from "./coordinates.ts";
import { createMemoryStore } from "./memoryStore.ts";

export interface ChainHooks {
  readonly onProgress?: OnProgress;
  /** Awaited about 100 times a chain, where the thread must do other work in between; may throw to end the chain. */
  readonly breathe?: () => Promise<void>;
  /** Looked at before each iteration; once it is true, the chain ends with the draws that it has. */
  readonly isCancelled?: () => boolean;
  /** Where the draws go; to memory by default. */
  readonly createStore?: CreateChainStore;
}

const NUM_REPORTS = 100;
/** The stream of a chain's path, apart from that of its transitions. */
const PATH_STREAM = 1;

/** Runs one chain of NUTS. The same task gives the same result on any thread, in any order. */
export async function runChain(
  task: ChainTask,
  likelihoods: readonly Likelihood[],
  hooks: ChainHooks,
): Promise<ChainOutcome> {
  const target = linkModel(task.model, likelihoods);
  const rng = rngFromSeed(task.seed).foldIn(task.chain);
  const initialPosition = task.init === "pathfinder" ? pathfinderStart(target, rng.foldIn(PATH_STREAM)) : undefined;
  const chain = startChain(target, rng, { ...task, ...(initialPosition && { initialPosition }) });
  if (chain.kind === "noInitialPosition") return { kind: "failed", message: describeStartFailure(target, chain) };
  const store = (hooks.createStore ?? createMemoryStore)(task, target);
  try {
    return store.finish(await iterate(task, target, chain, store, hooks));
  } finally {
    store.close();
  }
}

/** All iterations, or those before it is cancelled. Returns the number of gradients. */
async function iterate(
  task: ChainTask,
  target: LinkedModel,
  chain: Chain,
  store: ChainStore,
  { onProgress, breathe, isCancelled = () => false }: ChainHooks,
): Promise<number> {
  const total = task.warmup + task.draws;
  const reportEvery = Math.max(1, Math.floor(total / NUM_REPORTS));
  const outputs = new Float64Array(target.numOutputs);
  let trajectoryStart: Float64Array | undefined;
  let numDivergences = 0;
  let numGradients = 0;
  for (let i = 1; i <= total && !isCancelled(); i++) {
    const { isWarmup, position, info } = chain.next();
    numGradients += info.numSteps;
    if (!isWarmup) {
      target.constrain(position, outputs);
      store.draw({ outputs, position, trajectoryStart, info });
      numDivergences += Number(info.isDivergent);
    }
    trajectoryStart = position;
    if (i % reportEvery === 0 || i === total) {
      const phase = isWarmup ? "warm-up" : `${numDivergences} divergence${numDivergences === 1 ? "" : "s"}`;
      const message = `${phase}, step size ${info.stepSize.toPrecision(2)}`;
      onProgress?.({ task: `chain ${task.chain + 1}`, done: i, total, message });
      await breathe?.();
    }
  }
  return numGradients;
}

/** Why no start was found, in words. */
export function describeStartFailure(target: LinkedModel, failure: InitialPositionFailure): string {
  const coordinates = coordinatesOf(target.model);
  const blamed = failure.nonFiniteGradient.map((i) => coordinates[i].name).join(", ");
  const site = target.nonFiniteSite(failure.position);
  const what =
    site === undefined
      ? `the gradient in ${blamed} is not finite`
      : `the log-density is ${failure.logDensity}, first at ${site}`;
  return `no starting point was found in ${failure.numAttempts} tries: ${what}`;
}
