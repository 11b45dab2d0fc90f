import { PoolishError } from "@poolish/core";
import type { Snapshot } from "./checkpoint.ts";
import type { TrainableDensity } from "./trainableDensity.ts";

/** Nats, on average: what engines with other SIMD instructions may differ by, and far less than other simulations do. */
const SAME = 0.01;

/**
 * Compares what the weights that a checkpoint began with gave held-out simulations with what they give these.
 * @throws PoolishError where they differ: the recipe, the simulations or the seed are others, or numbers are encoded in another way.
 */
export function requireSameTask(density: TrainableDensity, validation: Int32Array, start: Snapshot): void {
  const now = new Float64Array(validation.length);
  const isAsMany = start.heldOut.length === now.length && start.weights.length === density.initial.length;
  if (isAsMany) density.logDensities(start.weights, validation, now);
  if (isAsMany && meanDifference(start.heldOut, now) <= SAME) return;
  throw new PoolishError("the checkpoint's first weights give other log-densities to what is held out", {
    kind: "input",
    field: "resume",
    remedy: "Resume with the recipe, the simulations and the seed of the first run, or train from the start.",
  });
}

/** Each counts at most 1, as a number beside one that is none does. */
function meanDifference(a: Float64Array, b: Float64Array): number {
  const differences = a.map((value, i) => {
    if (Object.is(value, b[i])) return 0;
    const difference = Math.abs(value - b[i]) / Math.max(1, 1e-3 * Math.abs(value));
    return Number.isNaN(difference) ? 1 : Math.min(1, difference);
  });
  return differences.reduce((sum, value) => sum + value / differences.length, 0);
}
