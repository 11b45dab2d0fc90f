import type { PointPool, PooledPoint } from "./pointPool.ts";
import { joinTurns, pairTurns } from "./turns.ts";

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
export function createSubtree(momentumSum: Float64Array, placeholder: PooledPoint): Subtree {
  return { first: placeholder, last: placeholder, proposal: placeholder, momentumSum, weight: NaN };
}

/** Makes `tree` the single point `point`. */
export function setLeaf(tree: Subtree, point: PooledPoint, weight: number): void {
  const { momentumSum } = tree;
  const { momentum } = point;
  for (let i = 0; i < momentum.length; i++) momentumSum[i] = momentum[i];
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
 * Makes `tree` the two neighbours a and b, whose proposal is b if `takesSecond`; true when they turn. Half of all joins
 * are such pairs, where the three parts of the criterion (see `append`) are the same.
 */
export function setPair(
  pool: PointPool,
  tree: Subtree,
  a: PooledPoint,
  b: PooledPoint,
  weight: number,
  takesSecond: boolean,
): boolean {
  const turns = pairTurns(a, b, tree.momentumSum);
  pool.release(a);
  pool.release(b);
  pool.release(takesSecond ? a : b);
  tree.first = a;
  tree.last = b;
  tree.proposal = takesSecond ? b : a;
  tree.weight = weight;
  return turns;
}

/**
 * Appends `next`, which is void afterwards, to `tree`; true when the join turns. The proposal of `next` is taken if
 * `takesNext`: the caller draws that choice, because it differs between subtrees and the top.
 *
 * The generalised U-turn criterion (Betancourt 2017, arXiv:1701.02434, appendix A.4) on the join of two neighbours: the
 * trajectory goes on while ρ points along the velocity at both ends. Checked on the whole join and, as in Stan since 2.21
 * (stan-dev/stan#2800), on each part with the nearest point of the other, without which a turn in the middle is missed
 * when the parts are half-periods of a near-Gaussian target. NaN counts as turning.
 */
export function append(pool: PointPool, tree: Subtree, next: Subtree, takesNext: boolean): boolean {
  const { first, last, momentumSum } = tree;
  const turns = joinTurns(first, last, momentumSum, next.first, next.last, next.momentumSum);
  tree.weight += next.weight;
  pool.release(tree.last);
  pool.release(next.first);
  pool.release(takesNext ? tree.proposal : next.proposal);
  tree.last = next.last;
  if (takesNext) tree.proposal = next.proposal;
  return turns;
}
