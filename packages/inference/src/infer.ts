import { type CancelSignal, type OnProgress, PoolishError, requireCount } from "@poolish/core";
import { type Adaptation, DEFAULT_PARTICLES, FEWEST_PARTICLES, requireAdaptation } from "@poolish/mcmc";
import { type Compilation, compile, type Model } from "@poolish/ppl";
import { type ChainStart, requireChainStart } from "./chainStart.ts";
import type { ChainOutcome, ChainResult } from "./chainTask.ts";
import { type ExtrapolationThresholds, requireThresholds } from "./extrapolation/thresholds.ts";
import { createFit, type Fit } from "./fit.ts";
import { type Method, requireMethod } from "./method.ts";
import { runPathfinder } from "./runPathfinder.ts";
import { runSmc } from "./runSmc.ts";
import { sampleChains } from "./sampleChains.ts";
import { truncateChain } from "./truncateChain.ts";

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
  /** Size of the population of method "smc", in place of draws; 4000 by default, at least 200, a multiple of `chains`. */
  readonly particles?: number;
  readonly seed: number;
  /** Mean acceptance rate that step sizes are tuned for; 0.8 by default. Raise it when there are divergences. */
  readonly targetAcceptance?: number;
  /** Trajectories have at most 2^maxTreeDepth - 1 steps; 10 by default, at most 20. */
  readonly maxTreeDepth?: number;
  /**
   * How each chain learns the scales of the posterior: "fisher" from draws and gradients, "lowRank" with their correlations
   * as well, for posteriors with a few strong ones, "stan" by Stan's windows. By default "lowRank" for a model with a learned
   * likelihood and up to 100 unconstrained coordinates, whose gradients cost more than directions do, and "fisher" for others.
   */
  readonly adaptation?: Adaptation;
  /** Where chains of "nuts" start; "random" by default. */
  readonly init?: ChainStart;
  /** Chains that run at once; by default one for each core. Draws do not depend on it. */
  readonly workers?: number;
  /** From which shares of draws beyond a training box on the fit warns (1 %), and `fit.requireTrusted` throws (20 %). */
  readonly extrapolation?: ExtrapolationThresholds;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

/**
 * Draws from the posterior of `model` given `data`. An abort ends chains of "nuts" with the draws that all of them have.
 * @throws PoolishError for a model or data that cannot be right, for options out of range, when no starting point is
 * found, and when cancelled before all chains have a draw.
 */
export async function infer<Data>(model: Model<Data>, data: Data, options: InferOptions): Promise<Fit> {
  return inferCompiled(prepare(model, data, options), options);
}

/** `infer` for a model that is compiled already, and options that are known to be right. */
export async function inferCompiled(compilation: Compilation, options: InferOptions): Promise<Fit> {
  const { method = "nuts", chains = 4, draws = 1000, seed } = options;
  if (method === "pathfinder") return runPathfinder(compilation, { ...options, chains, draws });
  if (method === "smc")
    return runSmc(compilation, { ...options, chains, particles: options.particles ?? DEFAULT_PARTICLES });
  const { outcomes, numDraws, warmup, notices } = await sampleChains(compilation, options);
  const results = outcomes.map((outcome) => truncateChain(requireInMemory(outcome), numDraws));
  const { extrapolation = {} } = options;
  return createFit(compilation, { seed, warmup, method, extrapolation, runNotices: notices }, results);
}

/** The model with its data, once options, model and data are known to be right. @throws PoolishError as `infer` does. */
export function prepare<Data>(model: Model<Data>, data: Data, options: InferOptions): Compilation {
  requireOptions(options);
  requireParticles(options);
  const compilation = compile(model, data);
  if (compilation.model.layout.dim > 0) return compilation;
  throw new PoolishError("the model samples nothing", {
    kind: "model",
    field: model.name,
    remedy: "Give it at least one sample site.",
  });
}

/** Checked here although the sampler checks again: before the data are compiled and any thread is started. */
export function requireOptions({
  method = "nuts",
  chains = 4,
  warmup = 1000,
  draws = 1000,
  ...rest
}: InferOptions): void {
  const { seed, workers = 1, targetAcceptance = 0.8, maxTreeDepth = 10 } = rest;
  requireMethod(method);
  requireThresholds(rest.extrapolation);
  requireCount("chains", chains, 1);
  requireCount("warmup", warmup, 0);
  requireCount("draws", draws, 1);
  requireCount("workers", workers, 1);
  requireCount("seed", seed, 0);
  requireCount("maxTreeDepth", maxTreeDepth, 1);
  requireAdaptation(rest.adaptation ?? "fisher");
  requireChainStart(rest.init ?? "random");
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

/** Particles belong to "smc", where `chains` blocks of the same size must hold all of them. */
function requireParticles({ method = "nuts", chains = 4, particles, draws }: InferOptions): void {
  if (method !== "smc") {
    if (particles === undefined) return;
    refuseOption("particles", `method "${method}" has none`, 'Pass draws, or method: "smc".');
  }
  if (draws !== undefined) refuseOption("draws", 'method "smc" draws particles in place of them', "Pass particles.");
  const count = particles ?? DEFAULT_PARTICLES;
  requireCount("chains", chains, 2);
  requireCount("particles", count, FEWEST_PARTICLES);
  if (count % chains === 0) return;
  refuseOption("particles", `${count} do not fill ${chains} blocks`, "Pass a multiple of chains.");
}

function refuseOption(field: string, message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "input", field, remedy });
}

function requireInMemory(outcome: ChainOutcome): ChainResult {
  if (outcome.kind !== "complete") throw new Error(`a chain of infer ended as ${outcome.kind}`);
  return outcome;
}
