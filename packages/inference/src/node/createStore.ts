import type { ChainStore, CreateChainStore } from "../chainStore.ts";
import { createMemoryStore } from "../memoryStore.ts";
import { readStatistics, STATISTIC_NAMES } from "../nutsStatistics.ts";
import { drawsPath, statisticsPath } from "./drawFiles.ts";
import { createNpyWriter } from "./npyWriter.ts";

/** Keeps the draws of a chain where its task says: in files of `task.folder`, in memory without one. */
export const createStore: CreateChainStore = (task, size) =>
  task.folder === undefined ? createMemoryStore(task, size) : createFileStore(task.folder, task.chain, size.numOutputs);

function createFileStore(folder: string, chain: number, numOutputs: number): ChainStore {
  const draws = createNpyWriter(drawsPath(folder, chain), numOutputs);
  const statistics = createNpyWriter(statisticsPath(folder, chain), STATISTIC_NAMES.length);
  const row = new Float64Array(STATISTIC_NAMES.length);
  let numDraws = 0;
  return {
    draw({ outputs, info }) {
      draws.append(outputs);
      readStatistics(info, row);
      statistics.append(row);
      numDraws++;
    },
    finish(numGradients) {
      draws.flush();
      statistics.flush();
      return { kind: "streamed", numDraws, numGradients };
    },
    close() {
      draws.close();
      statistics.close();
    },
  };
}
