import { kernelTrajectory } from "./kernelTrajectory.ts";
import { createTrajectory, type GrowTrajectory } from "./trajectory.ts";

/** Scratch of so many sizes is kept for later chains. */
const MAX_SHARED = 8;
/** Scratch of more coordinates is not kept: at the usual depth it takes 5 MB. */
const MAX_SHARED_DIM = 4096;

/** Of this thread, by size; the last is the one that was asked for last. */
const shared = new Map<string, GrowTrajectory>();

/**
 * The trajectories of a size, whose scratch all chains of a thread share: between two trajectories nobody has anything in
 * it. The engine compiles one copy of the code, and calls kernels whose address it knows.
 */
export function sharedTrajectory(dim: number, maxTreeDepth: number): GrowTrajectory {
  if (dim > MAX_SHARED_DIM) return reentrant(dim, maxTreeDepth);
  const key = `${dim} ${maxTreeDepth}`;
  const grow = shared.get(key) ?? reentrant(dim, maxTreeDepth);
  shared.delete(key);
  shared.set(key, grow);
  const [oldest] = shared.keys();
  if (shared.size > MAX_SHARED) shared.delete(oldest);
  return grow;
}

/** A trajectory whose target runs a trajectory itself (inference within inference) leaves the scratch to it. */
function reentrant(dim: number, maxTreeDepth: number): GrowTrajectory {
  const grow = kernelTrajectory(dim, maxTreeDepth) ?? createTrajectory(dim, maxTreeDepth);
  let isBusy = false;
  return (...walk) => {
    if (isBusy) return createTrajectory(dim, maxTreeDepth)(...walk);
    isBusy = true;
    try {
      return grow(...walk);
    } finally {
      isBusy = false;
    }
  };
}
