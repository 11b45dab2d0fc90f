import { type CancelSignal, type OnProgress, PoolishError, requireCount } from "@poolish/core";
import { type Adaptation, requireAdaptation } from "@poolish/mcmc";
import { compile, type Model } from "@poolish/ppl";
import { defaultWorkers, runChains } from "#chains";
import type { ChainResult, ChainTask } from "./chainTask.ts";
import { createFit, type Fit } from "./fit.ts";
import { type Method, requireMethod } from "./method.ts";
import { runPathfinder } from "./runPathfinder.ts";

/** The sampler's own limit: 2^20 steps a draw. */
const LARGEST_TREE_DEPTH = 20;

export interface InferOptions {
  /** "nuts" by default. */
  readonly method?: Method;
  /** Independent chains, or blocks of independent draws where the method has no chains; 4 by default. */
  readonly chains?: number;
  /** Iterations of each chain that tune it and are thrown away; 1000 by default. */
  readonly warmup?: number;
  /** Draws that each chain keeps; 1000 by default. */
  readonly draws?: number;
  readonly seed: number;
  /** Mean acceptance rate that step sizes are tuned for; 0.8 by default. Raise it when there are divergences. */
  readonly targetAcceptance?: number;
  /** Trajectories have at most 2^maxTreeDepth - 1 steps; 10 by default, at most 20. */
  readonly maxTreeDepth?: number;
  /**
   * How each chain learns the scales of the posterior: "fisher" (the default) from draws and gradients, "lowRank" with
   * their correlations as well, for posteriors with a few strong ones, "stan" by Stan's windows.
   */
  readonly adaptation?: Adaptation;
  /** Chains that run at once; by default one for each core. Draws do not depend on it. */
  readonly workers?: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

/**
 * Draws from the posterior of `model` given `data`.
 * @throws PoolishError for a model or data that cannot be right, for options out of range, when no starting point is
 * found, and when cancelled.
 */
export async function infer<Data>(model: Model<Data>, data: Data, options: InferOptions): Promise<Fit> {
  requireOptions(options);
  const { method = "nuts", chains = 4, warmup = 1000, draws = 1000, seed, workers = defaultWorkers() } = options;
  const { targetAcceptance = 0.8, maxTreeDepth = 10, adaptation = "fisher", onProgress, signal } = options;
  const compilation = compile(model, data);
  if (compilation.model.layout.dim === 0) {
    throw new PoolishError("the model samples nothing", {
      kind: "model",
      field: model.name,
      remedy: "Give it at least one sample site.",
    });
  }
  if (method === "pathfinder") return runPathfinder(compilation, { ...options, chains, draws });
  const tasks = Array.from({ length: chains }, (_, chain): ChainTask => {
    return { model: compilation.model, chain, seed, warmup, draws, targetAcceptance, maxTreeDepth, adaptation };
  });
  const results = await runChains(tasks, {
    likelihoods: compilation.likelihoods,
    workers,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
  return createFit(compilation, { seed, warmup, method }, results.map(requireComplete));
}

/** Checked here although the sampler checks again: before the data are compiled and any thread is started. */
function requireOptions({ method = "nuts", chains = 4, warmup = 1000, draws = 1000, ...rest }: InferOptions): void {
  const { seed, workers = 1, targetAcceptance = 0.8, maxTreeDepth = 10 } = rest;
  requireMethod(method);
  requireCount("chains", chains, 1);
  requireCount("warmup", warmup, 0);
  requireCount("draws", draws, 1);
  requireCount("workers", workers, 1);
  requireCount("seed", seed, 0);
  requireCount("maxTreeDepth", maxTreeDepth, 1);
  requireAdaptation(rest.adaptation ?? "fisher");
  if (maxTreeDepth > LARGEST_TREE_DEPTH) {
    refuseOption(
      "maxTreeDepth",
      `expected at most ${LARGEST_TREE_DEPTH}, got ${maxTreeDepth}`,
      "Pass maxTreeDepth: 10.",
    );
  }
  if (!(targetAcceptance > 0 && targetAcceptance < 1)) {
    const message = `expected a number between 0 and 1, got ${targetAcceptance}`;
    refuseOption("targetAcceptance", message, "Pass targetAcceptance: 0.8.");
  }
}

function refuseOption(field: string, message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "input", field, remedy });
}

function requireComplete(result: Awaited<ReturnType<typeof runChains>>[number], chain: number): ChainResult {
  if (result.kind === "complete") return result;
  throw new PoolishError(result.message, {
    kind: "numerical",
    field: `chain ${chain + 1}`,
    remedy: "Check the priors and the data for values that the model cannot produce.",
  });
}
