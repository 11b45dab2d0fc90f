import { eBfmi } from "@poolish/mcmc";
import type { ProgramChain } from "./sampleChains.ts";

/** What to look at before believing a posterior. */
export interface PosteriorDiagnostics {
  /** Draws whose trajectory diverged; more than a few say that the posterior has a corner NUTS cannot enter. */
  readonly divergences: number;
  /** Draws whose trajectory was cut off at the largest depth: correct but slow. */
  readonly maxTreeDepthHits: number;
  /** E-BFMI of each chain; below 0.3 the tails were hardly explored. */
  readonly eBfmi: readonly number[];
  /** Share of draws that asked a learned likelihood outside of the box that it was trained in. */
  readonly outsideTrainingBox: number;
}

export function posteriorDiagnostics(chains: readonly ProgramChain[]): PosteriorDiagnostics {
  const generated = chains.flatMap((chain) => chain.generated);
  return {
    divergences: sum(chains.map(({ numDivergences }) => numDivergences)),
    maxTreeDepthHits: sum(chains.map(({ draws }) => sum(draws.statistics.reachedMaxTreeDepth))),
    eBfmi: chains.map(({ draws }) => eBfmi(draws.statistics.energy)),
    outsideTrainingBox: generated.filter(({ leftTrainingBox }) => leftTrainingBox).length / generated.length,
  };
}

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0);
}
