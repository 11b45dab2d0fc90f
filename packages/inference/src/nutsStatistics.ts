import type { NutsInfo } from "@poolish/mcmc";
import type { NutsStatistics } from "./chainTask.ts";

/** The statistics of a draw in the order of their file and of the ArviZ schema's group. */
export const STATISTIC_NAMES: readonly (keyof NutsStatistics)[] = [
  "lp",
  "acceptance_rate",
  "step_size",
  "tree_depth",
  "n_steps",
  "diverging",
  "energy",
  "energy_error",
  "reached_max_treedepth",
];

/** Overwrites `out` with the statistics of one draw, in the order of STATISTIC_NAMES; booleans become 0 and 1. */
export function readStatistics(info: NutsInfo, out: Float64Array): void {
  out[0] = info.logDensity;
  out[1] = info.acceptanceRate;
  out[2] = info.stepSize;
  out[3] = info.treeDepth;
  out[4] = info.numSteps;
  out[5] = Number(info.isDivergent);
  out[6] = info.energy;
  out[7] = info.energyError;
  out[8] = Number(info.reachedMaxTreeDepth);
}
