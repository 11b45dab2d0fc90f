import type { Rng } from "@poolish/core";
import type { EncodedSimulations } from "../encodedSimulations.ts";
import { createThetaRegions } from "./thetaRegions.ts";

/** Groups of simulations with θ near each other, for the batch `indices`: those of one call stand until the next. */
export type LocalGroups = (indices: Int32Array) => readonly Int32Array[];

/** Random ways to halve θ, which take turns. */
const NUM_WAYS = 4;

/**
 * As many groups of `size` simulations as a batch fills, each around a simulation of the batch, on scales from all of the
 * simulations to `size` neighbours.
 */
export function createLocalGroups(
  rng: Rng,
  { features, count }: EncodedSimulations,
  training: Int32Array,
  size: number,
): LocalGroups {
  const width = features.length / count;
  const ways = Array.from({ length: NUM_WAYS }, (_, w) => createThetaRegions(rng.foldIn(w), features, width, training));
  const depth = ways[0].depth(size);
  let groups: readonly Int32Array[] = [];
  return (indices) => {
    const numGroups = depth < 1 ? 0 : Math.floor(indices.length / size);
    if (groups.length !== numGroups) groups = Array.from({ length: numGroups }, () => new Int32Array(size));
    // The simulation names way and scale, so that they change from batch to batch.
    groups.forEach((group, g) => {
      const own = indices[g];
      ways[(own + g) % NUM_WAYS].members(own, 1 + ((own + g) % depth), size, group);
    });
    return groups;
  };
}
