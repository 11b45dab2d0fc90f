/** Length of a vector in bytes, a multiple of 16: a vector of odd length ends in a zero. */
export let bytes: usize = 0;
/** Four vectors a point: position, momentum, velocity, gradient. */
let points: usize = 0;
/** ρ, the sum of the momenta, of each subtree. */
let sums: usize = 0;
export let inverseMass: usize = 0;

/** Lays the vectors out from `base`: those of all points, the sums of all subtrees, the inverse mass. */
export function layOut(base: usize, bytesOfVector: usize, numPoints: i32, numSubtrees: i32): void {
  bytes = bytesOfVector;
  points = base;
  sums = base + 4 * bytes * <usize>numPoints;
  inverseMass = sums + bytes * <usize>numSubtrees;
}

// @ts-ignore: decorator
@inline
export function position(point: i32): usize {
  return points + 4 * bytes * <usize>point;
}

// @ts-ignore: decorator
@inline
export function momentum(point: i32): usize {
  return position(point) + bytes;
}

// @ts-ignore: decorator
@inline
export function velocity(point: i32): usize {
  return position(point) + 2 * bytes;
}

// @ts-ignore: decorator
@inline
export function gradient(point: i32): usize {
  return position(point) + 3 * bytes;
}

// @ts-ignore: decorator
@inline
export function momentumSum(tree: i32): usize {
  return sums + bytes * <usize>tree;
}
