import type { ChainStore, CreateChainStore } from "./chainStore.ts";
import type { DivergenceStart, NutsStatistics } from "./chainTask.ts";
import { readStatistics, STATISTIC_NAMES } from "./nutsStatistics.ts";
import { truncateChain } from "./truncateChain.ts";

/** Keeps the draws of a chain in memory. */
export const createMemoryStore: CreateChainStore = ({ draws }, { numOutputs, dim }): ChainStore => {
  const outputs = new Float64Array(draws * numOutputs);
  const positions = new Float64Array(draws * dim);
  const statistics = emptyStatistics(draws);
  const columns = STATISTIC_NAMES.map((name) => statistics[name]);
  const row = new Float64Array(columns.length);
  const divergences: DivergenceStart[] = [];
  let numDraws = 0;
  return {
    draw({ outputs: values, position, trajectoryStart, info }) {
      outputs.set(values, numDraws * numOutputs);
      positions.set(position, numDraws * dim);
      readStatistics(info, row);
      for (let i = 0; i < row.length; i++) columns[i][numDraws] = row[i];
      if (info.isDivergent && trajectoryStart !== undefined) {
        divergences.push({ draw: numDraws, position: trajectoryStart });
      }
      numDraws++;
    },
    finish: (numGradients) =>
      truncateChain({ kind: "complete", outputs, positions, statistics, numGradients, divergences }, numDraws),
    close: () => {},
  };
};

function emptyStatistics(draws: number): NutsStatistics {
  return {
    lp: new Float64Array(draws),
    acceptance_rate: new Float64Array(draws),
    step_size: new Float64Array(draws),
    tree_depth: new Float64Array(draws),
    n_steps: new Float64Array(draws),
    diverging: new Float64Array(draws),
    energy: new Float64Array(draws),
    energy_error: new Float64Array(draws),
    reached_max_treedepth: new Float64Array(draws),
  };
}
