import type { PhasePoint } from "./phasePoint.ts";

/**
 * A stretch of a trajectory, summarised by what later joins need: its two ends, the sum of its momenta (ρ), its total
 * weight, and one point drawn from it, the proposal. "First" and "last" are in the order of growth. Joins swap array
 * references, so that a pool of these records serves a whole run.
 */
export interface Subtree {
  firstMomentum: Float64Array;
  firstVelocity: Float64Array;
  lastMomentum: Float64Array;
  lastVelocity: Float64Array;
  readonly momentumSum: Float64Array;
  /** Σ exp(initial energy - energy) over the points. */
  weight: number;
  position: Float64Array;
  gradient: Float64Array;
  logDensity: number;
  /** Total energy at the proposal. */
  energy: number;
}

export function createSubtree(dim: number): Subtree {
  return {
    firstMomentum: new Float64Array(dim),
    firstVelocity: new Float64Array(dim),
    lastMomentum: new Float64Array(dim),
    lastVelocity: new Float64Array(dim),
    momentumSum: new Float64Array(dim),
    weight: NaN,
    position: new Float64Array(dim),
    gradient: new Float64Array(dim),
    logDensity: NaN,
    energy: NaN,
  };
}

/** Makes `tree` the single point `point`. */
export function setLeaf(tree: Subtree, point: PhasePoint, energy: number, weight: number): void {
  const { firstMomentum, firstVelocity, lastMomentum, lastVelocity, momentumSum, position, gradient } = tree;
  for (let i = 0; i < momentumSum.length; i++) {
    const momentum = point.momentum[i];
    const velocity = point.velocity[i];
    firstMomentum[i] = momentum;
    lastMomentum[i] = momentum;
    momentumSum[i] = momentum;
    firstVelocity[i] = velocity;
    lastVelocity[i] = velocity;
    position[i] = point.position[i];
    gradient[i] = point.gradient[i];
  }
  tree.logDensity = point.logDensity;
  tree.energy = energy;
  tree.weight = weight;
}

/** Turns the order of growth around. */
export function reverse(tree: Subtree): void {
  const { firstMomentum, firstVelocity } = tree;
  tree.firstMomentum = tree.lastMomentum;
  tree.firstVelocity = tree.lastVelocity;
  tree.lastMomentum = firstMomentum;
  tree.lastVelocity = firstVelocity;
}

/**
 * Appends `next` to `tree`; `next` is scratch afterwards. The proposal of `next` is taken if `takesNext`. The caller
 * draws that choice, because it differs between subtrees and the top.
 */
export function append(tree: Subtree, next: Subtree, takesNext: boolean): void {
  const { momentumSum, lastMomentum, lastVelocity } = tree;
  for (let i = 0; i < momentumSum.length; i++) momentumSum[i] += next.momentumSum[i];
  tree.lastMomentum = next.lastMomentum;
  tree.lastVelocity = next.lastVelocity;
  next.lastMomentum = lastMomentum;
  next.lastVelocity = lastVelocity;
  tree.weight += next.weight;
  if (takesNext) swapProposals(tree, next);
}

function swapProposals(a: Subtree, b: Subtree): void {
  const { position, gradient, logDensity, energy } = a;
  a.position = b.position;
  a.gradient = b.gradient;
  a.logDensity = b.logDensity;
  a.energy = b.energy;
  b.position = position;
  b.gradient = gradient;
  b.logDensity = logDensity;
  b.energy = energy;
}

/**
 * The generalised U-turn criterion (Betancourt 2017, arXiv:1701.02434, A.4.2) on the join of two neighbours: the
 * trajectory goes on while ρ points along the velocity at both ends. Checked on the whole join and, as in Stan since 2.21
 * (stan-dev/stan#2800), on each part with the first point of the other, without which a turn in the middle is missed
 * when the parts are half-periods of a near-Gaussian target. NaN counts as turning.
 */
export function isTurning(a: Subtree, b: Subtree): boolean {
  const { firstVelocity: aFirstVelocity, lastVelocity: aLastVelocity, lastMomentum: aLastMomentum } = a;
  const { firstVelocity: bFirstVelocity, lastVelocity: bLastVelocity, firstMomentum: bFirstMomentum } = b;
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
