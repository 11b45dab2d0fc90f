import { type CancelSignal, type OnProgress, PoolishError, pause, rngFromSeed, throwIfAborted } from "@poolish/core";
import { followPath, type Path, type PathfinderFailure, type PathfinderResult, poolPaths } from "@poolish/mcmc";
import { type Compilation, type LinkedModel, linkModel } from "@poolish/ppl";
import type { ChainResult } from "./chainTask.ts";
import type { ExtrapolationThresholds } from "./extrapolation/thresholds.ts";
import { createFit, type Fit } from "./fit.ts";
import { describeStartFailure } from "./runChain.ts";

export interface PathfinderRun {
  readonly seed: number;
  /** The draws come in so many blocks of the same size, in place of chains. */
  readonly chains: number;
  readonly draws: number;
  readonly extrapolation?: ExtrapolationThresholds;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

const NUM_PATHS = 8;

/**
 * Fits by multi-path Pathfinder in this thread, which breathes between paths. The fit has a k-hat, and no statistics of
 * trajectories. @throws PoolishError when all paths fail, and when cancelled.
 */
export async function runPathfinder(compilation: Compilation, run: PathfinderRun): Promise<Fit> {
  const { seed, chains, draws, onProgress, signal } = run;
  const target = linkModel(compilation.model, compilation.likelihoods);
  const rng = rngFromSeed(seed);
  const paths: (Path | PathfinderFailure)[] = [];
  for (const stream of rng.split(NUM_PATHS)) {
    await pause();
    throwIfAborted(signal, "infer");
    paths.push(followPath(target, stream));
    const numFailed = paths.filter(({ kind }) => kind !== "path").length;
    const message = numFailed === 0 ? "climbing" : `climbing, ${numFailed} failed`;
    onProgress?.({ task: "pathfinder", done: paths.length, total: NUM_PATHS, message });
  }
  const result = requireDraws(target, poolPaths(target, rng, paths, chains * draws));
  const blocks = Array.from({ length: chains }, (_, block) => blockOf(target, result, block * draws, draws));
  const { kHat, numGradients } = result;
  const { extrapolation = {} } = run;
  const description = {
    seed,
    warmup: 0,
    method: "pathfinder",
    importance: { kHat },
    numGradients,
    extrapolation,
  } as const;
  return createFit(compilation, description, blocks);
}

/** Draws from number `first` on, as a chain. */
function blockOf(target: LinkedModel, result: PathfinderResult, first: number, draws: number): ChainResult {
  const { dim, numOutputs } = target;
  const positions = result.positions.slice(first * dim, (first + draws) * dim);
  const outputs = new Float64Array(draws * numOutputs);
  for (let i = 0; i < draws; i++) {
    const position = positions.subarray(i * dim, (i + 1) * dim);
    target.constrain(position, outputs.subarray(i * numOutputs, (i + 1) * numOutputs));
  }
  const lp = result.logDensities.slice(first, first + draws);
  return { kind: "complete", outputs, positions, statistics: { lp }, numGradients: 0 };
}

function requireDraws(target: LinkedModel, result: PathfinderResult | PathfinderFailure): PathfinderResult {
  if (result.kind === "complete") return result;
  const message =
    result.kind === "noInitialPosition"
      ? describeStartFailure(target, result)
      : "no normal approximation along any path lies within the support";
  const remedy = 'Check the priors and the data for values that the model cannot produce, or use method: "nuts".';
  throw new PoolishError(message, { kind: "numerical", field: "pathfinder", remedy });
}
