import type { LogDensity, Rng } from "@poolish/core";
import { followPath } from "./followPath.ts";

/** Draws that may be off the support before the path is given up. */
const NUM_TRIES = 20;

/**
 * Where a chain may start: a draw from the normal approximation of one path of its own (Zhang et al. 2022, §5.3), so that
 * chains start apart, and mostly where the posterior lies. Fresh; undefined when the path fails or no draw has a finite
 * log-density: start at random then.
 */
export function pathfinderStart(target: LogDensity, rng: Rng): Float64Array | undefined {
  const path = followPath(target, rng);
  if (path.kind !== "path") return undefined;
  const position = new Float64Array(target.dim);
  const gradient = new Float64Array(target.dim);
  for (let i = 0; i < NUM_TRIES; i++) {
    path.approximation.draw(rng, position);
    if (Number.isFinite(target.valueAndGradient(position, gradient)) && gradient.every(Number.isFinite))
      return position;
  }
  return undefined;
}
