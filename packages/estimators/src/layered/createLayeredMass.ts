import { boundAt, type ContinuousColumn } from "../columns/continuousColumn.ts";
import { createLayeredNetwork, type LayeredNetwork } from "./layeredNetwork.ts";
import type { LayeredSpec } from "./layeredSpec.ts";
import { type MassGrid, unitGrid } from "./massGrid.ts";
import { cellShape } from "./sampleLayered.ts";

/** log ∫ p(x | θ) dx of a network whose training alone makes it integrate to 1. */
export interface LayeredMass {
  /** One number a row, at the last `evaluate`. */
  readonly logMass: Float64Array;
  /** maxRows × numFeatures: the gradient of `logMass`, where it was wanted. */
  readonly gradient: Float64Array;
  setWeights(weights: Float32Array): void;
  evaluate(features: Float64Array, numRows: number, wantsGradient: boolean): void;
}

/** The continuous column's interval at a row; its end may be a bound, or where the mass ends. */
interface Interval {
  readonly lower: number;
  readonly length: number;
  readonly endsAtBound: boolean;
}

const NO_INTERVAL: Interval = { lower: 0, length: 1, endsAtBound: false };

/**
 * Sums exp(network) over every combination of categories and a grid of Gauss–Legendre points of the continuous column, row after
 * row; the gradient follows the points, which move with a bound that a parameter sets. A row whose bounds leave no room has a
 * mass of infinity: the density of any x is 0 there.
 * @throws PoolishError for columns that `cellShape` refuses.
 */
export function createLayeredMass(spec: LayeredSpec, grid: MassGrid, maxRows: number): LayeredMass {
  const sum = createMassSum(spec, grid);
  const logMass = new Float64Array(maxRows);
  const gradient = new Float64Array(maxRows * spec.numFeatures);
  return {
    logMass,
    gradient,
    setWeights: sum.network.setWeights,
    evaluate(features, numRows, wantsGradient) {
      for (let row = 0; row < numRows; row++) {
        const interval = intervalAt(sum, features, row);
        runRow(sum, features, row, interval, wantsGradient);
        logMass[row] = sumRow(sum, interval);
        if (wantsGradient) writeGradient(sum, row, interval, gradient);
      }
    },
  };
}

/** What the sums of all rows share. */
interface MassSum {
  readonly network: LayeredNetwork;
  readonly numFeatures: number;
  readonly reach: number;
  /** The continuous column and its number; −1 without one. */
  readonly column: ContinuousColumn | undefined;
  readonly continuous: number;
  readonly points: Float64Array;
  readonly weights: Float64Array;
  /** One number a point of a combination: the network's output, which becomes its share of the mass. */
  readonly shares: Float64Array;
}

function createMassSum(spec: LayeredSpec, grid: MassGrid): MassSum {
  const { continuous, codes } = cellShape(spec);
  const column = continuous < 0 ? undefined : (spec.columns[continuous] as ContinuousColumn);
  const { points, weights } =
    column === undefined ? { points: Float64Array.of(0), weights: Float64Array.of(1) } : unitGrid(grid);
  const numTerms = codes.length * points.length;
  const network = createLayeredNetwork(spec, 1, numTerms);
  network.rowOf.values.fill(0);
  writeCategories(spec, network, codes, points.length);
  const shares = new Float64Array(numTerms);
  return { network, numFeatures: spec.numFeatures, reach: grid.reach, column, continuous, points, weights, shares };
}

function intervalAt({ column, numFeatures, reach }: MassSum, features: Float64Array, row: number): Interval {
  if (column === undefined) return NO_INTERVAL;
  const lower = boundAt(column.lower, features, row * numFeatures);
  const room = boundAt(column.upper, features, row * numFeatures) - lower;
  return { lower, length: Math.min(reach, room), endsAtBound: room <= reach };
}

function runRow(
  { network, numFeatures, continuous, points, shares }: MassSum,
  features: Float64Array,
  row: number,
  { lower, length }: Interval,
  wantsGradient: boolean,
): void {
  for (let f = 0; f < numFeatures; f++) network.rows.values[f] = features[row * numFeatures + f];
  const { values, stride } = network.terms;
  for (let i = 0; continuous >= 0 && i < shares.length; i++) {
    values[i * stride + continuous] = lower + length * points[i % points.length];
  }
  network.run(1, shares.length, shares, wantsGradient);
}

/** The log of the mass; shares become those of the points. */
function sumRow({ points, weights, shares }: MassSum, { length }: Interval): number {
  if (length <= 0) return Infinity;
  let largest = -Infinity;
  for (let i = 0; i < shares.length; i++) largest = Math.max(largest, shares[i]);
  let total = 0;
  for (let i = 0; i < shares.length; i++) {
    shares[i] = Math.exp(shares[i] - largest) * weights[i % points.length];
    total += shares[i];
  }
  for (let i = 0; i < shares.length; i++) shares[i] /= total;
  return largest + Math.log(total * length);
}

function writeGradient(
  { network, numFeatures, column, continuous, points, shares }: MassSum,
  row: number,
  { length, endsAtBound }: Interval,
  gradient: Float64Array,
): void {
  const { values, stride } = network.gradient;
  const at = row * numFeatures;
  gradient.fill(0, at, at + numFeatures);
  if (length <= 0) return;
  const moved = column !== undefined && typeof column.lower !== "number" ? at + column.lower.parameter : -1;
  for (let i = 0; i < shares.length; i++) {
    for (let f = 0; f < numFeatures; f++) gradient[at + f] += shares[i] * values[i * stride + f];
    if (moved < 0) continue;
    const speed = endsAtBound ? 1 - points[i % points.length] : 1;
    gradient[moved] += shares[i] * speed * values[i * stride + numFeatures + continuous];
  }
  if (moved >= 0 && endsAtBound) gradient[moved] -= 1 / length;
}

/** Network evaluations for the mass at one row; 0 without a normaliser. */
export function numMassPoints(spec: LayeredSpec): number {
  if (spec.normaliser === undefined) return 0;
  const { continuous, codes } = cellShape(spec);
  return codes.length * (continuous < 0 ? 1 : unitGrid(spec.normaliser).points.length);
}

/** The categories of each combination at all of its points: they never change. */
function writeCategories(
  { columns }: LayeredSpec,
  { terms: { values, stride } }: LayeredNetwork,
  codes: readonly (readonly number[])[],
  numPoints: number,
): void {
  codes.forEach((combination, k) => {
    columns.forEach((column, c) => {
      if (column.kind !== "category") return;
      for (let i = k * numPoints; i < (k + 1) * numPoints; i++) values[i * stride + c] = column.values[combination[c]];
    });
  });
}
