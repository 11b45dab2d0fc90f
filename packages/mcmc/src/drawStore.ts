import type { NutsInfo } from "./nuts.ts";
import type { DrawSink } from "./sampleChain.ts";

/** The numbers that are kept of each draw; booleans become 0 and 1. */
export type DrawStatistic = Exclude<keyof NutsInfo, "divergentPosition">;

/** Draws of one chain: plain data, ready to cross threads. */
export interface StoredDraws {
  readonly numDraws: number;
  /** numDraws × dim, row-major, on the unconstrained scale. */
  readonly positions: Float64Array;
  /** One number a draw. */
  readonly statistics: Readonly<Record<DrawStatistic, Float64Array>>;
  /** Where trajectories diverged, and the draw (counted from 0) during which each did. */
  readonly divergences: readonly { readonly draw: number; readonly position: Float64Array }[];
}

export interface DrawStore extends DrawSink {
  /** The draws so far: views when the store is full, copies otherwise. */
  stored(): StoredDraws;
}

/** Keeps up to `capacity` draws in memory. One more is a bug and throws. */
export function createDrawStore(dim: number, capacity: number): DrawStore {
  const positions = new Float64Array(capacity * dim);
  const columns = mapStatistics(() => new Float64Array(capacity));
  const names = Object.keys(columns) as DrawStatistic[];
  const divergences: { draw: number; position: Float64Array }[] = [];
  let numDraws = 0;
  const trim = (values: Float64Array, length: number) => (values.length === length ? values : values.slice(0, length));
  return {
    draw(position, info) {
      if (numDraws === capacity) throw new Error(`the store has room for ${capacity} draws only`);
      positions.set(position, numDraws * dim);
      for (const name of names) columns[name][numDraws] = Number(info[name]);
      if (info.divergentPosition !== undefined) divergences.push({ draw: numDraws, position: info.divergentPosition });
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
