import type { Adaptation } from "@poolish/mcmc";
import type { CompiledModel } from "@poolish/ppl";
import type { ChainStart } from "./chainStart.ts";

/** All that one chain needs, as plain data: what a worker thread receives. */
export interface ChainTask {
  readonly model: CompiledModel;
  /** Counted from 0; names the chain's random stream. */
  readonly chain: number;
  readonly seed: number;
  readonly warmup: number;
  readonly draws: number;
  readonly targetAcceptance: number;
  readonly maxTreeDepth: number;
  readonly adaptation?: Adaptation;
  readonly init?: ChainStart;
  /** The folder of draw files that the chain writes to in place of memory (Node only). */
  readonly folder?: string;
}

/** The numbers that NUTS leaves of each draw, one array of length draws each. */
export interface NutsStatistics {
  readonly lp: Float64Array;
  readonly acceptance_rate: Float64Array;
  readonly step_size: Float64Array;
  readonly tree_depth: Float64Array;
  readonly n_steps: Float64Array;
  readonly diverging: Float64Array;
  readonly energy: Float64Array;
  readonly energy_error: Float64Array;
  readonly reached_max_treedepth: Float64Array;
}

/** The numbers that are kept of each draw; methods without trajectories have `lp` alone. */
export type ChainStatistics = Pick<NutsStatistics, "lp"> & Partial<NutsStatistics>;

/**
 * Where a trajectory that diverged began, on the unconstrained scale, and the draw (counted from 0) that it led to. The
 * last good point before the divergence tells less: from the neck of a funnel a trajectory may fly far before it breaks.
 */
export interface DivergenceStart {
  readonly draw: number;
  readonly position: Float64Array;
}

/** What one chain leaves, as plain data. A chain that was cancelled has fewer draws than its task asked for. */
export interface ChainResult {
  readonly kind: "complete";
  /** draws × numOutputs, row-major: the model's variables on the constrained scale. */
  readonly outputs: Float64Array;
  /** draws × dim, row-major: positions on the unconstrained scale. */
  readonly positions: Float64Array;
  readonly statistics: ChainStatistics;
  readonly numGradients: number;
  /** Divergences after warm-up; absent for methods without trajectories. */
  readonly divergences?: readonly DivergenceStart[];
}

/** What a chain leaves whose draws went to files. */
export interface StreamedChain {
  readonly kind: "streamed";
  readonly numDraws: number;
  readonly numGradients: number;
}

/** No start was found: the message names the coordinates whose gradient, or the site whose log-density, is not finite. */
export interface ChainFailure {
  readonly kind: "failed";
  readonly message: string;
}

export type ChainOutcome = ChainResult | StreamedChain | ChainFailure;

/** The number of draws that a chain leaves; 0 when it was cancelled in warm-up. */
export function countDraws(outcome: ChainOutcome): number {
  if (outcome.kind === "failed") return 0;
  return outcome.kind === "streamed" ? outcome.numDraws : outcome.statistics.lp.length;
}
