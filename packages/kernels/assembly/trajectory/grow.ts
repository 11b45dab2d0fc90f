import { evaluate, step, uniform } from "./callbacks";
import { drift, kick } from "./leapfrog";
import { acquireLeaf, moveFrom, releaseAll, setEnergies, setLogDensity, startAt, totalEnergy } from "./points";
import { append, lastOf, proposalOf, reverse, setLeaf, setPair, weightOf } from "./subtrees";
import { bytes, gradient, inverseMass, momentum, position, velocity } from "./vectors";

const MAX_ENERGY_ERROR: f64 = 1000;
const MAX_LOG_WEIGHT: f64 = 600;

/** What a trajectory found, as float64: see `TrajectoryReport`. */
const reportAt: usize = memory.data(88, 16);

let numSteps: i32 = 0;
let sumAcceptance: f64 = 0;
let sumSymmetricAcceptance: f64 = 0;
let maxEnergyError: f64 = 0;
/** Where it diverged, and where that step began; −1: it did not. */
let divergent: i32 = -1;
let divergenceStart: i32 = -1;

let initialEnergy: f64 = 0;
let isDiagonal: bool = true;
/** The signed step; the growing end is the last point that was made in its direction. */
let stepSize: f64 = 0;
let edge: i32 = 0;
/** exp(initial energy − energy) at the growing end. */
let edgeWeight: f64 = 1;

export function report(): usize {
  return reportAt;
}

function leap(from: i32, to: i32): void {
  if (!isDiagonal) {
    setLogDensity(to, step(from, to, stepSize));
    return;
  }
  drift(
    bytes,
    position(from),
    momentum(from),
    gradient(from),
    inverseMass,
    position(to),
    momentum(to),
    stepSize,
  );
  const logDensity = evaluate(to);
  setEnergies(to, logDensity, kick(bytes, gradient(to), inverseMass, momentum(to), velocity(to), stepSize));
}

/** Moves the growing end by one step; false on divergence. */
function advance(): bool {
  const point = acquireLeaf();
  const origin = edge;
  leap(origin, point);
  moveFrom(origin, point, stepSize > 0);
  edge = point;
  const error = totalEnergy(point) - initialEnergy;
  const weight = Math.exp(min(-error, MAX_LOG_WEIGHT));
  edgeWeight = weight;
  numSteps++;
  const acceptance = min(1.0, weight);
  sumAcceptance += acceptance;
  sumSymmetricAcceptance += (2 * acceptance) / (1 + weight);
  if (abs(error) > abs(maxEnergyError)) maxEnergyError = error;
  if (error > MAX_ENERGY_ERROR) {
    divergent = point;
    divergenceStart = origin;
    return false;
  }
  return true;
}

/** Grows two steps into `tree`; false when they turn or diverge. */
function growPair(tree: i32): bool {
  if (!advance()) return false;
  const first = edge;
  const firstWeight = edgeWeight;
  if (!advance()) return false;
  const weight = firstWeight + edgeWeight;
  return setPair(tree, first, edge, weight, uniform() * weight < edgeWeight);
}

/** Grows 2^depth steps into `tree`; false when one of its subtrees turns or diverges, and then `tree` is void. */
function growInto(tree: i32, depth: i32): bool {
  if (depth === 1) return growPair(tree);
  if (depth === 0) {
    if (!advance()) return false;
    setLeaf(tree, edge, edgeWeight);
    return true;
  }
  // Subtree d receives what is to be appended to a sibling of the same depth.
  const sibling = depth - 1;
  if (!growInto(tree, depth - 1) || !growInto(sibling, depth - 1)) return false;
  const nextWeight = weightOf(sibling);
  return append(tree, sibling, uniform() * (weightOf(tree) + nextWeight) < nextWeight);
}

/** Doubles the whole trajectory, forwards or backwards in time; false when `half` turned or diverged. */
function double(whole: i32, half: i32, isForward: bool): bool {
  if (isForward !== stepSize > 0) {
    reverse(whole);
    stepSize = -stepSize;
  }
  edge = lastOf(whole);
  return growInto(half, half);
}

/** Gets the points ready; returns the one where the caller puts the start. */
export function begin(numPoints: i32): i32 {
  releaseAll(numPoints);
  const start = acquireLeaf();
  startAt(start);
  return start;
}

/** Builds a trajectory around `start`. Bit d of `coins` is the direction of doubling d. */
export function grow(start: i32, size: f64, hasDiagonalMetric: bool, coins: i32, maxTreeDepth: i32): void {
  const whole = maxTreeDepth;
  stepSize = size;
  isDiagonal = hasDiagonalMetric;
  initialEnergy = totalEnergy(start);
  numSteps = 0;
  sumAcceptance = 0;
  sumSymmetricAcceptance = 0;
  maxEnergyError = 0;
  divergent = -1;
  divergenceStart = -1;
  setLeaf(whole, start, 1);
  let treeDepth = 0;
  let isGrowing = true;
  while (isGrowing && treeDepth < maxTreeDepth) {
    const half = treeDepth;
    isGrowing = double(whole, half, ((coins >>> half) & 1) === 1);
    if (!isGrowing) break;
    treeDepth++;
    const nextWeight = weightOf(half);
    isGrowing = append(whole, half, uniform() * weightOf(whole) < nextWeight);
  }
  store<f64>(reportAt, initialEnergy);
  store<f64>(reportAt, treeDepth, 8);
  store<f64>(reportAt, numSteps, 16);
  store<f64>(reportAt, sumAcceptance, 24);
  store<f64>(reportAt, sumSymmetricAcceptance, 32);
  store<f64>(reportAt, maxEnergyError, 40);
  store<f64>(reportAt, proposalOf(whole), 48);
  store<f64>(reportAt, divergent, 56);
  store<f64>(reportAt, divergenceStart, 64);
  store<f64>(reportAt, isGrowing ? 1 : 0, 72);
}
