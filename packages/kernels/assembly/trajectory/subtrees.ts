import { release } from "./points";
import { joinGoesOn, pairGoesOn } from "./turns";
import { bytes, momentum, momentumSum, velocity } from "./vectors";

/**
 * A stretch of a trajectory, summarised by what later joins need, 24 bytes: its two ends and one point drawn from it (first, last,
 * proposal; int32), its total weight, Σ exp(initial energy − energy). "First" and "last" are in the order of growth.
 */
const subtreesOf: usize = memory.data(504, 16);
const LAST: usize = 4;
const PROPOSAL: usize = 8;
const WEIGHT: usize = 16;

// @ts-ignore: decorator
@inline
function subtree(tree: i32): usize {
  return subtreesOf + 24 * <usize>tree;
}

export function firstOf(tree: i32): i32 {
  return load<i32>(subtree(tree));
}

export function lastOf(tree: i32): i32 {
  return load<i32>(subtree(tree), LAST);
}

export function proposalOf(tree: i32): i32 {
  return load<i32>(subtree(tree), PROPOSAL);
}

export function weightOf(tree: i32): f64 {
  return load<f64>(subtree(tree), WEIGHT);
}

function set(tree: i32, first: i32, last: i32, proposal: i32, weight: f64): void {
  const at = subtree(tree);
  store<i32>(at, first);
  store<i32>(at, last, LAST);
  store<i32>(at, proposal, PROPOSAL);
  store<f64>(at, weight, WEIGHT);
}

/** Makes `tree` the single point `point`. */
export function setLeaf(tree: i32, point: i32, weight: f64): void {
  const from = momentum(point);
  const to = momentumSum(tree);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
  set(tree, point, point, point, weight);
}

/** Turns the order of growth around. */
export function reverse(tree: i32): void {
  const at = subtree(tree);
  const first = load<i32>(at);
  store<i32>(at, load<i32>(at, LAST));
  store<i32>(at, first, LAST);
}

/** Makes `tree` the two neighbours a and b, whose proposal is b if `takesSecond`; true while they do not turn. */
export function setPair(tree: i32, a: i32, b: i32, weight: f64, takesSecond: bool): bool {
  const goesOn = pairGoesOn(bytes, momentum(a), velocity(a), momentum(b), velocity(b), momentumSum(tree));
  release(a);
  release(b);
  release(takesSecond ? a : b);
  set(tree, a, b, takesSecond ? b : a, weight);
  return goesOn;
}

/** Appends `next`, which is void afterwards, to `tree`, with the proposal of `next` if `takesNext`; true while the join does not turn. */
export function append(tree: i32, next: i32, takesNext: bool): bool {
  const first = firstOf(tree);
  const last = lastOf(tree);
  const nextFirst = firstOf(next);
  const nextLast = lastOf(next);
  const goesOn = joinGoesOn(
    bytes,
    velocity(first),
    momentum(last),
    velocity(last),
    momentumSum(tree),
    momentum(nextFirst),
    velocity(nextFirst),
    velocity(nextLast),
    momentumSum(next),
  );
  release(last);
  release(nextFirst);
  release(takesNext ? proposalOf(tree) : proposalOf(next));
  set(tree, first, nextLast, takesNext ? proposalOf(next) : proposalOf(tree), weightOf(tree) + weightOf(next));
  return goesOn;
}
