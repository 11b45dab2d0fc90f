import { createPhasePoint, type PhasePoint } from "./phasePoint.ts";

/** A point and how many of a trajectory's subtrees refer to it, as first, last or proposal. */
export interface PooledPoint extends PhasePoint {
  numUses: number;
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

export function createPointPool(dim: number): PointPool {
  const all: PooledPoint[] = [];
  const free: PooledPoint[] = [];
  return {
    acquireLeaf() {
      let point = free.pop();
      if (point === undefined) {
        const { position, momentum, velocity, gradient, logDensity, kineticEnergy } = createPhasePoint(dim);
        point = { position, momentum, velocity, gradient, logDensity, kineticEnergy, numUses: 0 };
        all.push(point);
      }
      point.numUses = 3;
      return point;
    },
    release(point) {
      point.numUses--;
      if (point.numUses === 0) free.push(point);
    },
    reset() {
      free.length = 0;
      for (const point of all) free.push(point);
    },
  };
}
