import { PoolishError } from "@poolish/core";
import { cholesky } from "@poolish/math";
import { columnScales } from "./columnScales.ts";
import { type PosteriorSimulations, readTruths, requireTruths, type SampledPosterior } from "./sampledPosterior.ts";

export interface MisspecificationOptions {
  /** Simulations that are looked at, the first usable ones; at most 2000 unless told, at least 100. */
  readonly count?: number;
  /** What is allowed to raise the warning by chance: 0.01 by default. */
  readonly level?: number;
}

/** How far an observation is from the simulations, in the space that the estimator conditions on. */
export interface Misspecification {
  /** To the nearest simulations, in standard deviations of whitened summaries. */
  readonly distance: number;
  /** Those of simulations that were held out, rising. */
  readonly nullDistances: Float64Array;
  /** The share of simulations that are as far, the observation itself counted among them. */
  readonly pValue: number;
  /** Each summary in standard deviations from the mean over simulations. */
  readonly zScores: Float64Array;
  readonly isFar: boolean;
  readonly notices: readonly string[];
}

const DEFAULT_COUNT = 2000;
const FEWEST = 100;
const RELATIVE_RIDGE = 1e-6;

/**
 * Whether an observation is like the simulations: its distance to their k-th nearest, k = √n, in the whitened space of the
 * summaries that the posterior conditions on (of x itself where it has none), against the distances of simulations that
 * were held out. An amortised posterior is an extrapolation at an x that it never met, and a wrong simulator is the usual
 * reason (Schmitt et al. 2023, "Detecting model misspecification in amortized Bayesian inference", whose MMD this replaces by
 * neighbours, since a single observation has no distribution). What the summaries do not see, this does not see.
 * @throws PoolishError for an x of another length than the simulations', values that are not finite, and fewer than 100
 * usable simulations.
 */
export function misspecification(
  posterior: Pick<SampledPosterior, "parameters" | "summaries">,
  simulations: PosteriorSimulations,
  x: ArrayLike<number>,
  options: MisspecificationOptions = {},
): Misspecification {
  const { count = DEFAULT_COUNT, level = 0.01 } = options;
  const truths = readTruths(simulations, posterior.parameters.length, count);
  requireTruths(truths, FEWEST);
  const summariesOf = (own: Float64Array): Float64Array => posterior.summaries?.(own) ?? own;
  const summaries = truths.map((truth) => summariesOf(truth.x));
  const observed = summariesOf(Float64Array.from(x));
  requireComparable(summaries, observed);
  const whiten = createWhitening(summaries);
  const half = summaries.length >> 1;
  const reference = summaries.slice(0, half).map(whiten);
  const neighbour = Math.max(1, Math.round(Math.sqrt(half)));
  const distanceOf = (own: Float64Array): number => distanceToNeighbour(whiten(own), reference, neighbour);
  const nullDistances = Float64Array.from(summaries.slice(half), distanceOf).sort();
  const distance = distanceOf(observed);
  const numAsFar = nullDistances.reduce((sum, value) => sum + Number(value >= distance), 0);
  const pValue = (1 + numAsFar) / (1 + nullDistances.length);
  const { means, standardDeviations } = columnScales(summaries);
  const zScores = observed.map((value, s) => (value - means[s]) / standardDeviations[s]);
  const isFar = pValue <= level;
  return { distance, nullDistances, pValue, zScores, isFar, notices: isFar ? [describe(pValue, zScores)] : [] };
}

function requireComparable(summaries: readonly Float64Array[], observed: Float64Array): void {
  const width = summaries[0].length;
  if (summaries.some((own) => own.length !== width)) {
    throw new PoolishError("sets of trials that differ in number cannot be compared as they are", {
      kind: "input",
      field: "simulations",
      remedy: "Pass a posterior that has summaries, or simulations of as many trials as the observation has.",
    });
  }
  const remedy = "Pass x as the simulator writes it: one row of its columns, or its trials one after another.";
  if (observed.length !== width) {
    throw new PoolishError(`x has ${observed.length} summaries, the simulations have ${width}`, {
      kind: "input",
      field: "x",
      remedy,
    });
  }
  if (observed.every(Number.isFinite)) return;
  throw new PoolishError("x holds a number that is not finite", { kind: "input", field: "x", remedy });
}

/** Summaries with the identity for their covariance over `rows`. */
function createWhitening(rows: readonly Float64Array[]): (row: Float64Array) => Float64Array {
  const { means, standardDeviations } = columnScales(rows);
  const size = means.length;
  const standardize = (row: Float64Array): Float64Array =>
    row.map((value, s) => (value - means[s]) / standardDeviations[s]);
  const covariance = new Float64Array(size * size);
  for (const row of rows) {
    const z = standardize(row);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) covariance[i * size + j] += (z[i] * z[j]) / rows.length;
  }
  for (let i = 0; i < size; i++) covariance[i * size + i] += RELATIVE_RIDGE;
  const factor = cholesky(covariance, size);
  if (factor === undefined) return standardize;
  return (row) => {
    const z = standardize(row);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) z[i] -= factor[i * size + j] * z[j];
      z[i] /= factor[i * size + i];
    }
    return z;
  };
}

/** The distance from `point` to the neighbour of this rank among `reference`, the nearest being 1. */
function distanceToNeighbour(point: Float64Array, reference: readonly Float64Array[], rank: number): number {
  const squares = Float64Array.from(reference, (other) => {
    let sum = 0;
    for (let s = 0; s < point.length; s++) sum += (point[s] - other[s]) ** 2;
    return sum;
  });
  return Math.sqrt(squares.sort()[Math.min(rank, squares.length) - 1]);
}

function describe(pValue: number, zScores: Float64Array): string {
  const most = zScores.reduce((leader, z, s) => (Math.abs(z) > Math.abs(zScores[leader]) ? s : leader), 0);
  return (
    `The observation is farther from the simulations than all but ${(100 * pValue).toFixed(1)} % of them: what the posterior says ` +
    `there is extrapolated. Its summary ${most + 1} is ${zScores[most].toFixed(1)} standard deviations from their mean: ` +
    "look for another unit, a wrong column, or what the simulator leaves out."
  );
}
