import type { Rng } from "@poolish/core";
import { cholesky } from "@poolish/math";
import { inverseOfFactor } from "./denseMetric.ts";
import { logDiagonal, type Mixture, squaredRadius } from "./mixture.ts";

const MOST_COMPONENTS = 16;
/** Rows that each number of a component is fitted to, at least. */
const ROWS_PER_PARAMETER = 5;
const NUM_ITERATIONS = 8;
/** Of the pooled variance, added to each component's: a component on one repeated row keeps a volume. */
const RIDGE = 1e-6;

/**
 * A mixture with the means, covariances (as scale matrices) and weights that expectation maximisation of Gaussians finds
 * for the rows of `sample` (numRows × dim, row-major): up to 16 components, fewer for few rows. Undefined when there are
 * too few rows for one or when they do not span the space.
 */
export function fitMixture(sample: Float64Array, dim: number, rng: Rng): Mixture | undefined {
  const numRows = sample.length / dim;
  const numParameters = 1 + dim + (dim * (dim + 1)) / 2;
  const numComponents = Math.min(MOST_COMPONENTS, Math.floor(numRows / (ROWS_PER_PARAMETER * numParameters)));
  if (numComponents < 1) return undefined;
  const pooled = momentsOf(sample, dim, new Float64Array(numRows).fill(1), 1, 0);
  let mixture = startingMixture(sample, dim, numComponents, pooled.covariance, rng);
  const shares = new Float64Array(numRows * numComponents);
  for (let i = 0; i < NUM_ITERATIONS && mixture !== undefined; i++) {
    assignRows(mixture, sample, shares);
    mixture = maximise(mixture, sample, shares, pooled.covariance);
  }
  return mixture;
}

/** Components about random rows, of the pooled shape, small enough to tile the sample. */
function startingMixture(
  sample: Float64Array,
  dim: number,
  numComponents: number,
  covariance: Float64Array,
  rng: Rng,
): Mixture | undefined {
  const factor = cholesky(covariance, dim);
  if (factor === undefined) return undefined;
  const mixture = emptyMixture(dim, numComponents);
  const shrink = numComponents ** (-1 / dim);
  const scaled = factor.map((value) => shrink * value);
  for (let k = 0; k < numComponents; k++) {
    const row = Math.floor((rng.uniform() * sample.length) / dim);
    mixture.weights[k] = 1 / numComponents;
    mixture.means.set(sample.subarray(row * dim, (row + 1) * dim), k * dim);
    setFactor(mixture, k, scaled);
  }
  return mixture;
}

function emptyMixture(dim: number, numComponents: number): Mixture {
  return {
    dim,
    weights: new Float64Array(numComponents),
    means: new Float64Array(numComponents * dim),
    factors: new Float64Array(numComponents * dim * dim),
    whiteners: new Float64Array(numComponents * dim * dim),
  };
}

function setFactor({ dim, factors, whiteners }: Mixture, k: number, factor: Float64Array): void {
  factors.set(factor, k * dim * dim);
  whiteners.set(inverseOfFactor(factor, dim), k * dim * dim);
}

/** Overwrites `shares` (numRows × numComponents) with the probability that each component made each row. */
function assignRows(mixture: Mixture, sample: Float64Array, shares: Float64Array): void {
  const { dim, weights, whiteners } = mixture;
  const numComponents = weights.length;
  const offsets = Float64Array.from(weights, (weight, k) => Math.log(weight) + logDiagonal(mixture, k));
  for (let r = 0; r * dim < sample.length; r++) {
    const row = sample.subarray(r * dim, (r + 1) * dim);
    const of = shares.subarray(r * numComponents, (r + 1) * numComponents);
    let largest = -Infinity;
    for (let k = 0; k < numComponents; k++) {
      of[k] = offsets[k] - 0.5 * squaredRadius(mixture, whiteners, k, row);
      largest = Math.max(largest, of[k]);
    }
    let sum = 0;
    for (let k = 0; k < numComponents; k++) sum += of[k] = Math.exp(of[k] - largest);
    for (let k = 0; k < numComponents; k++) of[k] /= sum;
  }
}

/** The mixture of the moments that `shares` give each component; one that has lost its rows is left out. */
function maximise(
  { dim, weights }: Mixture,
  sample: Float64Array,
  shares: Float64Array,
  pooled: Float64Array,
): Mixture | undefined {
  const numRows = sample.length / dim;
  const parts = Array.from(weights, (_, k) => momentsOf(sample, dim, shares, weights.length, k)).flatMap((part) => {
    if (part.mass < dim + 2) return [];
    for (let j = 0; j < dim; j++) part.covariance[j * dim + j] += RIDGE * pooled[j * dim + j];
    const factor = cholesky(part.covariance, dim);
    return factor === undefined ? [] : [{ ...part, factor }];
  });
  if (parts.length === 0) return undefined;
  const kept = parts.reduce((sum, { mass }) => sum + mass, 0) / numRows;
  const mixture = emptyMixture(dim, parts.length);
  parts.forEach(({ mass, mean, factor }, k) => {
    mixture.weights[k] = mass / numRows / kept;
    mixture.means.set(mean, k * dim);
    setFactor(mixture, k, factor);
  });
  return mixture;
}

/** Mass, mean and covariance of the rows under column `k` of `shares`, which is `width` wide. */
function momentsOf(sample: Float64Array, dim: number, shares: Float64Array, width: number, k: number) {
  const numRows = sample.length / dim;
  const mean = new Float64Array(dim);
  const covariance = new Float64Array(dim * dim);
  let mass = 0;
  for (let r = 0; r < numRows; r++) {
    const share = shares[r * width + k];
    mass += share;
    for (let j = 0; j < dim; j++) mean[j] += share * sample[r * dim + j];
  }
  for (let j = 0; j < dim; j++) mean[j] /= mass;
  for (let r = 0; r < numRows; r++) {
    const share = shares[r * width + k] / mass;
    for (let i = 0; i < dim; i++) {
      const weighted = share * (sample[r * dim + i] - mean[i]);
      for (let j = 0; j <= i; j++) covariance[i * dim + j] += weighted * (sample[r * dim + j] - mean[j]);
    }
  }
  return { mass, mean, covariance };
}
