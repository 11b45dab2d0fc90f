import type { PointPool, PooledPoint } from "./pointPool.ts";

/**
 * A stretch of a trajectory, summarised by what later joins need: its two ends, the sum of its momenta (ρ), its total
 * weight, and one point drawn from it, the proposal. "First" and "last" are in the order of growth.
 */
export interface Subtree {
  first: PooledPoint;
  last: PooledPoint;
  proposal: PooledPoint;
  readonly momentumSum: Float64Array;
  /** Σ exp(initial energy - energy) over the points. */
  weight: number;
}

/** An empty record for `setLeaf`. */
export function createSubtree(dim: number, placeholder: PooledPoint): Subtree {
  const momentumSum = new Float64Array(dim);
  return { first: placeholder, last: placeholder, proposal: placeholder, momentumSum, weight: NaN };
}

/** Makes `tree` the single point `point`. */
export function setLeaf(tree: Subtree, point: PooledPoint, weight: number): void {
  const { momentumSum } = tree;
  for (let i = 0; i < momentumSum.length; i++) momentumSum[i] = point.momentum[i];
  tree.first = point;
  tree.last = point;
  tree.proposal = point;
  tree.weight = weight;
}

/** Turns the order of growth around. */
export function reverse(tree: Subtree): void {
  const { first } = tree;
  tree.first = tree.last;
  tree.last = first;
}

/**
 * Appends `next`, which is void afterwards, to `tree`. Its proposal is taken if `takesNext`: the caller draws that
 * choice, because it differs between subtrees and the top.
 */
export function append(pool: PointPool, tree: Subtree, next: Subtree, takesNext: boolean): void {
  const { momentumSum } = tree;
  for (let i = 0; i < momentumSum.length; i++) momentumSum[i] += next.momentumSum[i];
  tree.weight += next.weight;
  pool.release(tree.last);
  pool.release(next.first);
  pool.release(takesNext ? tree.proposal : next.proposal);
  tree.last = next.last;
  if (takesNext) tree.proposal = next.proposal;
}

/**
 * The generalised U-turn criterion (Betancourt 2017, arXiv:1701.02434, appendix A.4) on the join of two neighbours: the
 * trajectory goes on while ρ points along the velocity at both ends. Checked on the whole join and, as in Stan since 2.21
 * (stan-dev/stan#2800), on each part with the nearest point of the other, without which a turn in the middle is missed
 * when the parts are half-periods of a near-Gaussian target. NaN counts as turning.
 */
export function isTurning(a: Subtree, b: Subtree): boolean {
  if (a.first === a.last && b.first === b.last) return isPairTurning(a.first, b.first);
  const { velocity: aFirstVelocity } = a.first;
  const { velocity: aLastVelocity, momentum: aLastMomentum } = a.last;
  const { velocity: bFirstVelocity, momentum: bFirstMomentum } = b.first;
  const { velocity: bLastVelocity } = b.last;
  const aSum = a.momentumSum;
  const bSum = b.momentumSum;
  let wholeAtFirst = 0;
  let wholeAtLast = 0;
  let leftAtFirst = 0;
  let leftAtLast = 0;
  let rightAtFirst = 0;
  let rightAtLast = 0;
  for (let i = 0; i < aSum.length; i++) {
    const whole = aSum[i] + bSum[i];
    const left = aSum[i] + bFirstMomentum[i];
    const right = aLastMomentum[i] + bSum[i];
    wholeAtFirst += aFirstVelocity[i] * whole;
    wholeAtLast += bLastVelocity[i] * whole;
    leftAtFirst += aFirstVelocity[i] * left;
    leftAtLast += bFirstVelocity[i] * left;
    rightAtFirst += aLastVelocity[i] * right;
    rightAtLast += bLastVelocity[i] * right;
  }
  const goesOn =
    wholeAtFirst > 0 && wholeAtLast > 0 && leftAtFirst > 0 && leftAtLast > 0 && rightAtFirst > 0 && rightAtLast > 0;
  return !goesOn;
}

/** The criterion on two single points, half of all joins: its three parts are the same there. */
function isPairTurning(a: PooledPoint, b: PooledPoint): boolean {
  let atFirst = 0;
  let atLast = 0;
  for (let i = 0; i < a.momentum.length; i++) {
    const sum = a.momentum[i] + b.momentum[i];
    atFirst += a.velocity[i] * sum;
    atLast += b.velocity[i] * sum;
  }
  return !(atFirst > 0 && atLast > 0);
}
