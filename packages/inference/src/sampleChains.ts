import { PoolishError } from "@poolish/core";
import type { Adaptation } from "@poolish/mcmc";
import type { Compilation } from "@poolish/ppl";
import { defaultWorkers, runChains } from "#chains";
import { type ChainFailure, type ChainOutcome, type ChainTask, countDraws } from "./chainTask.ts";
import type { InferOptions } from "./infer.ts";
import { inlineNotice, noticeFirst } from "./inlineLikelihood.ts";

export interface SampledChains {
  readonly outcomes: readonly Exclude<ChainOutcome, ChainFailure>[];
  /** The smallest number of draws that all chains have: fewer than asked for when cancelled. */
  readonly numDraws: number;
  readonly warmup: number;
  /** What a reader should know about the run. */
  readonly notices: readonly string[];
}

/**
 * Runs the chains of NUTS that checked `options` ask for; with `folder` their draws go to files there. An abort ends them
 * with the draws that they have. @throws PoolishError when no starting point is found, and when cancelled before all
 * chains have a draw.
 */
export async function sampleChains(
  compilation: Compilation,
  options: InferOptions,
  folder?: string,
): Promise<SampledChains> {
  const { chains = 4, warmup = 1000, draws = 1000, seed, onProgress, signal } = options;
  const { targetAcceptance = 0.8, maxTreeDepth = 10, init = "random" } = options;
  const { model, likelihoods } = compilation;
  const { adaptation = defaultAdaptation(compilation) } = options;
  const common = { model, seed, warmup, draws, targetAcceptance, maxTreeDepth, adaptation, init };
  const tasks = Array.from({ length: chains }, (_, chain): ChainTask => {
    return { ...common, chain, ...(folder === undefined ? {} : { folder }) };
  });
  const inline = inlineNotice(model);
  const report = onProgress === undefined || inline === undefined ? onProgress : noticeFirst(inline, onProgress);
  const outcomes = await runChains(tasks, {
    likelihoods,
    workers: inline === undefined ? (options.workers ?? defaultWorkers()) : 1,
    ...(report === undefined ? {} : { onProgress: report }),
    ...(signal === undefined ? {} : { signal }),
  });
  const started = outcomes.map(requireStarted);
  const numDraws = Math.min(...started.map(countDraws));
  const cancelled = numDraws < draws ? [`The run was cancelled after ${numDraws} of ${draws} draws.`] : [];
  return { outcomes: started, numDraws, warmup, notices: [...(inline === undefined ? [] : [inline]), ...cancelled] };
}

/** Beyond so many coordinates, directions may cost more than they save: at 100 four seconds a chain, at 500 minutes. */
const LARGEST_LOW_RANK = 100;

/** A learned likelihood takes longer than what directions cost, and its parameters are often correlated. */
function defaultAdaptation({ likelihoods, model }: Compilation): Adaptation {
  return likelihoods.length > 0 && model.layout.dim <= LARGEST_LOW_RANK ? "lowRank" : "fisher";
}

function requireStarted(outcome: ChainOutcome, chain: number): Exclude<ChainOutcome, ChainFailure> {
  if (outcome.kind !== "failed") return outcome;
  throw new PoolishError(outcome.message, {
    kind: "numerical",
    field: `chain ${chain + 1}`,
    remedy: "Check the priors and the data for values that the model cannot produce.",
  });
}
