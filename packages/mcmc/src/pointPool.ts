import type { PhasePoint } from "./phasePoint.ts";

/** A point and how many of a trajectory's subtrees refer to it, as first, last or proposal. */
export interface PooledPoint extends PhasePoint {
  numUses: number;
  /** Signed number of steps from the start of the trajectory. */
  numStepsMoved: number;
}

/** Phase points by reference count, so that trajectories share points instead of copying them, and allocate nothing. */
export interface PointPool {
  /** A point with stale contents that counts as used three times: a leaf is its own first, last and proposal. */
  acquireLeaf(): PooledPoint;
  /** Ends one use. */
  release(point: PooledPoint): void;
  /** Ends all uses, those that an exception left behind included. */
  reset(): void;
}

/** @param createPoint makes a point when none is free. */
export function createPointPool(createPoint: () => PhasePoint): PointPool {
  const all: PooledPoint[] = [];
  // A stack: the first numFree are free. Neither popped nor truncated, which would cost more than the bookkeeping.
  const free: PooledPoint[] = [];
  let numFree = 0;
  return {
    acquireLeaf() {
      if (numFree === 0) {
        const { position, momentum, velocity, gradient, logDensity, kineticEnergy } = createPoint();
        // Written out: V8 reads the fields of a spread object slower.
        all.push({ position, momentum, velocity, gradient, logDensity, kineticEnergy, numUses: 0, numStepsMoved: 0 });
        free[numFree++] = all[all.length - 1];
      }
      const point = free[--numFree];
      point.numUses = 3;
      return point;
    },
    release(point) {
      point.numUses--;
      if (point.numUses === 0) free[numFree++] = point;
    },
    reset() {
      numFree = all.length;
      for (let i = 0; i < numFree; i++) free[i] = all[i];
    },
  };
}
