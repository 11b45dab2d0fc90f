import { eBfmi } from "@poolish/mcmc";
import type { Compilation } from "@poolish/ppl";
import type { ChainResult } from "./chainTask.ts";
import { type DivergentParameter, divergentParameters } from "./divergentParameters.ts";
import { type Funnel, findFunnels } from "./funnels.ts";

export interface Diagnostics {
  /** Draws whose trajectory diverged, over all chains. */
  readonly divergences: number;
  /** The parameters where divergences concentrate, most telling first. */
  readonly divergentParameters: readonly DivergentParameter[];
  /** Funnels that the divergences point to, most telling first. */
  readonly funnels: readonly Funnel[];
  /** E-BFMI of each chain (Betancourt 2016); below 0.3 the energy is explored too slowly. Empty without trajectories. */
  readonly eBfmi: readonly number[];
  /** Draws whose trajectory was cut off at the largest tree depth. */
  readonly maxTreeDepthHits: number;
  /** Gradients that all chains took, with warm-up. */
  readonly numGradients: number;
}

/** What the chains' trajectories say of the draws; `numGradients` counts those of no chain. */
export function diagnose(compilation: Compilation, chains: readonly ChainResult[], numGradients: number): Diagnostics {
  const count = (statistic: "diverging" | "reached_max_treedepth"): number =>
    chains.reduce(
      (total, { statistics }) => total + (statistics[statistic]?.reduce((sum, value) => sum + value) ?? 0),
      0,
    );
  return {
    divergences: count("diverging"),
    divergentParameters: divergentParameters(compilation.model, chains),
    funnels: findFunnels(compilation, chains),
    eBfmi: chains.flatMap(({ statistics: { energy } }) => (energy === undefined ? [] : [eBfmi(energy)])),
    maxTreeDepthHits: count("reached_max_treedepth"),
    numGradients: chains.reduce((total, chain) => total + chain.numGradients, numGradients),
  };
}
