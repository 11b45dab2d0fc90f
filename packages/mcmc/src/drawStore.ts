import type { NutsInfo } from "./nuts.ts";
import type { DrawSink } from "./sampleChain.ts";

/** What is there for divergences, and for adaptation alone. */
type NotStored = "divergentPosition" | "divergenceStart" | "symmetricAcceptanceRate" | "numStepsMoved";

/** The numbers that are kept of each draw; booleans become 0 and 1. */
export type DrawStatistic = Exclude<keyof NutsInfo, NotStored>;

/** Where a trajectory diverged, where the step that did so began, and the draw (counted from 0) that it led to. */
export interface StoredDivergence {
  readonly draw: number;
  readonly position: Float64Array;
  readonly start: Float64Array;
}

/** Draws of one chain: plain data, ready to cross threads. */
export interface StoredDraws {
  readonly numDraws: number;
  /** numDraws × dim, row-major, on the unconstrained scale. */
  readonly positions: Float64Array;
  /** One number a draw. */
  readonly statistics: Readonly<Record<DrawStatistic, Float64Array>>;
  readonly divergences: readonly StoredDivergence[];
}

export interface DrawStore extends DrawSink {
  /** The draws so far: views when the store is full, copies otherwise. */
  stored(): StoredDraws;
}

/** Keeps up to `capacity` draws in memory. One more is a bug and throws. */
export function createDrawStore(dim: number, capacity: number): DrawStore {
  const positions = new Float64Array(capacity * dim);
  const columns = mapStatistics(() => new Float64Array(capacity));
  const divergences: StoredDivergence[] = [];
  let numDraws = 0;
  const trim = (values: Float64Array, length: number) => (values.length === length ? values : values.slice(0, length));
  return {
    draw(position, info) {
      if (numDraws === capacity) throw new Error(`the store has room for ${capacity} draws only`);
      for (let i = 0; i < dim; i++) positions[numDraws * dim + i] = position[i];
      record(columns, numDraws, info);
      const { divergentPosition, divergenceStart } = info;
      if (divergentPosition !== undefined && divergenceStart !== undefined) {
        divergences.push({ draw: numDraws, position: divergentPosition, start: divergenceStart });
      }
      numDraws++;
    },
    stored: () => ({
      numDraws,
      positions: trim(positions, numDraws * dim),
      statistics: mapStatistics((name) => trim(columns[name], numDraws)),
      divergences: [...divergences],
    }),
  };
}

/** Field by field: a loop over the names takes twice the time. */
function record(columns: Record<DrawStatistic, Float64Array>, draw: number, info: NutsInfo): void {
  columns.logDensity[draw] = info.logDensity;
  columns.acceptanceRate[draw] = info.acceptanceRate;
  columns.stepSize[draw] = info.stepSize;
  columns.treeDepth[draw] = info.treeDepth;
  columns.numSteps[draw] = info.numSteps;
  columns.isDivergent[draw] = Number(info.isDivergent);
  columns.energy[draw] = info.energy;
  columns.energyError[draw] = info.energyError;
  columns.maxEnergyError[draw] = info.maxEnergyError;
  columns.reachedMaxTreeDepth[draw] = Number(info.reachedMaxTreeDepth);
}

function mapStatistics(values: (name: DrawStatistic) => Float64Array): Record<DrawStatistic, Float64Array> {
  return {
    logDensity: values("logDensity"),
    acceptanceRate: values("acceptanceRate"),
    stepSize: values("stepSize"),
    treeDepth: values("treeDepth"),
    numSteps: values("numSteps"),
    isDivergent: values("isDivergent"),
    energy: values("energy"),
    energyError: values("energyError"),
    maxEnergyError: values("maxEnergyError"),
    reachedMaxTreeDepth: values("reachedMaxTreeDepth"),
  };
}
