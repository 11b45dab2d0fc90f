/** A trajectory of 20 doublings has three points for each depth, the first, and the two steps that are made first. */
export const MAX_POINTS: i32 = 72;

const logDensitiesOf: usize = memory.data(576, 16);
const kineticEnergiesOf: usize = memory.data(576, 16);
const stepsMovedOf: usize = memory.data(288, 16);
/** How many subtrees refer to a point, as first, last or proposal: points are shared, not copied. */
const usesOf: usize = memory.data(288, 16);
/** A stack: the first `numFree` are free. */
const freeOf: usize = memory.data(288, 16);
let numFree: i32 = 0;

/** Where the log-densities of all points lie. */
export function logDensities(): usize {
  return logDensitiesOf;
}

export function kineticEnergies(): usize {
  return kineticEnergiesOf;
}

/** Signed numbers of steps from the start of the trajectory, as int32. */
export function stepsMoved(): usize {
  return stepsMovedOf;
}

// @ts-ignore: decorator
@inline
function word(base: usize, point: i32): usize {
  return base + (<usize>point << 2);
}

// @ts-ignore: decorator
@inline
function double(base: usize, point: i32): usize {
  return base + (<usize>point << 3);
}

/** Ends all uses, those that an exception left behind included. */
export function releaseAll(numPoints: i32): void {
  numFree = numPoints;
  for (let i = 0; i < numPoints; i++) store<i32>(word(freeOf, i), numPoints - 1 - i);
}

/** A point with stale contents that counts as used three times: a leaf is its own first, last and proposal. */
export function acquireLeaf(): i32 {
  const point = load<i32>(word(freeOf, --numFree));
  store<i32>(word(usesOf, point), 3);
  return point;
}

export function release(point: i32): void {
  const uses = load<i32>(word(usesOf, point)) - 1;
  store<i32>(word(usesOf, point), uses);
  if (uses === 0) store<i32>(word(freeOf, numFree++), point);
}

// @ts-ignore: decorator
@inline
export function setEnergies(point: i32, logDensity: f64, kineticEnergy: f64): void {
  store<f64>(double(logDensitiesOf, point), logDensity);
  store<f64>(double(kineticEnergiesOf, point), kineticEnergy);
}

// @ts-ignore: decorator
@inline
export function setLogDensity(point: i32, logDensity: f64): void {
  store<f64>(double(logDensitiesOf, point), logDensity);
}

/** The Hamiltonian, -logDensity + kinetic energy; Infinity wherever it is not finite. */
// @ts-ignore: decorator
@inline
export function totalEnergy(point: i32): f64 {
  const energy = load<f64>(double(kineticEnergiesOf, point)) - load<f64>(double(logDensitiesOf, point));
  return isFinite(energy) ? energy : Infinity;
}

// @ts-ignore: decorator
@inline
export function moveFrom(from: i32, to: i32, isForward: bool): void {
  store<i32>(word(stepsMovedOf, to), load<i32>(word(stepsMovedOf, from)) + (isForward ? 1 : -1));
}

export function startAt(point: i32): void {
  store<i32>(word(stepsMovedOf, point), 0);
}
