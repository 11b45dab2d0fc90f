import type { Rng } from "@poolish/core";
import { type AutoregressiveSpec, autoregressiveBlocks, createDensity, LOG_SCALE_BOUND } from "@poolish/estimators";
import { cholesky } from "@poolish/math";
import { refuse } from "./draws.ts";

/** The least standard deviation, relative to its own, that a column keeps once those before it are known. */
const LEAST_OWN_SHARE = 1e-4;

/** @throws PoolishError for the first column (as it is encoded) that follows from those before it. */
export function requireOwnVariation(names: readonly string[], columns: readonly Float64Array[]): void {
  const all = momentsOf(columns);
  for (const [k, name] of names.entries()) {
    // Where all of them together have no factor, those of the first columns tell which is to blame.
    const { factor } = all ?? momentsOf(columns.slice(0, k + 1)) ?? {};
    const width = all === undefined ? k + 1 : columns.length;
    const row = factor?.subarray(k * width, k * width + k + 1) ?? [0];
    if (row[k] > LEAST_OWN_SHARE * Math.hypot(...row)) continue;
    const message = `the draws follow from those of ${names.slice(0, k).join(", ")}: together they have no density`;
    refuse(name, message, "Leave it out, and compute it from the others in the model.");
  }
}

/** Draws of the density that its moments are taken from, in blocks. */
const NUM_BLOCKS = 20;
const BLOCK = 2048;
/** Of the bound of log scales: at the bound itself the weight would be infinite. */
const MOST_SHARE = 0.999;

/**
 * The weights with which the density's means and covariance, on the standardised scale, are those of the `columns`, up to the error
 * of 40,000 draws. A density y is moved and stretched to m + A (y − m_d), A lower triangular: that changes the Gaussian layer
 * e = F (y − μ) into F A⁻¹, and the shapes that the branches give to e not at all. Maximum likelihood alone leaves a few
 * hundredths of a standard deviation where draws are few.
 */
export function matchMoments(
  rng: Rng,
  spec: AutoregressiveSpec,
  weights: Float32Array,
  columns: readonly Float64Array[],
): Float32Array {
  const D = columns.length;
  const wanted = momentsOf(columns);
  const own = momentsOf(drawColumns(rng, spec, weights));
  const out = weights.slice();
  const location = biasOf(spec, out, "location");
  const spread = biasOf(spec, out, "spread");
  if (wanted === undefined || own === undefined) return out;
  // F A⁻¹ = F L_d L⁻¹, and μ moves as any y does.
  const layer = layerMatrix(D, spread);
  const changed = timesInverse(D, times(D, layer, own.factor), wanted.factor);
  const shift = solveLower(
    D,
    own.factor,
    Float64Array.from(location, (mu, k) => mu - own.means[k]),
  );
  for (let k = 0; k < D; k++) {
    let mu = wanted.means[k];
    for (let j = 0; j <= k; j++) mu += wanted.factor[k * D + j] * shift[j];
    location[k] = mu;
  }
  writeLayer(D, changed, spread);
  return out;
}

interface Moments {
  readonly means: Float64Array;
  /** The lower Cholesky factor of the covariance. */
  readonly factor: Float64Array;
}

function momentsOf(columns: readonly Float64Array[]): Moments | undefined {
  const D = columns.length;
  const count = columns[0].length;
  const means = Float64Array.from(columns, (column) => column.reduce((sum, value) => sum + value / count, 0));
  const covariance = new Float64Array(D * D);
  for (let i = 0; i < D; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let r = 0; r < count; r++) sum += (columns[i][r] - means[i]) * (columns[j][r] - means[j]);
      covariance[i * D + j] = sum / count;
      covariance[j * D + i] = sum / count;
    }
  }
  const factor = cholesky(covariance, D);
  return factor && { means, factor };
}

function drawColumns(rng: Rng, spec: AutoregressiveSpec, weights: Float32Array): Float64Array[] {
  const density = createDensity(spec, 1, BLOCK);
  density.setWeights(weights);
  const drawn = spec.columns.map(() => new Float64Array(BLOCK));
  const all = spec.columns.map(() => new Float64Array(NUM_BLOCKS * BLOCK));
  const terms = { numTerms: BLOCK, rowOfTerm: new Int32Array(BLOCK), columns: drawn, conditions: new Float64Array(0) };
  for (let b = 0; b < NUM_BLOCKS; b++) {
    density.setTerms(terms);
    density.sample(rng, new Float64Array(1), 1, drawn);
    for (const [c, column] of drawn.entries()) all[c].set(column, b * BLOCK);
  }
  return all;
}

/** A network without hidden layers whose inputs are 0 is its bias. */
function biasOf(spec: AutoregressiveSpec, weights: Float32Array, network: "location" | "spread"): Float32Array {
  let at = 0;
  for (const { name, shape } of autoregressiveBlocks(spec)) {
    const length = shape.reduce((product, size) => product * size, 1);
    if (name === `${network}.0.bias`) return weights.subarray(at, at + length);
    at += length;
  }
  throw new Error(`there is no bias of ${network}`);
}

/** F of e = F (y − μ): rows (I + L) / σ, from bent log scales and couplings. */
function layerMatrix(D: number, spread: Float32Array): Float64Array {
  const matrix = new Float64Array(D * D);
  const scales = Array.from({ length: D }, (_, k) => {
    return Math.exp(LOG_SCALE_BOUND * Math.tanh(spread[k] / LOG_SCALE_BOUND));
  });
  let at = D;
  for (let i = 0; i < D; i++) {
    for (let j = 0; j < i; j++) matrix[i * D + j] = spread[at++] / scales[j];
    matrix[i * D + i] = 1 / scales[i];
  }
  return matrix;
}

/** The inverse of `layerMatrix`. */
function writeLayer(D: number, matrix: Float64Array, spread: Float32Array): void {
  let at = D;
  for (let i = 0; i < D; i++) {
    const share = -Math.log(matrix[i * D + i]) / LOG_SCALE_BOUND;
    spread[i] = LOG_SCALE_BOUND * Math.atanh(Math.max(-MOST_SHARE, Math.min(MOST_SHARE, share)));
    for (let j = 0; j < i; j++) spread[at++] = matrix[i * D + j] / matrix[j * D + j];
  }
}

/** The product of two lower triangles. */
function times(D: number, a: Float64Array, b: Float64Array): Float64Array {
  const product = new Float64Array(D * D);
  for (let i = 0; i < D; i++) {
    for (let j = 0; j <= i; j++) for (let k = j; k <= i; k++) product[i * D + j] += a[i * D + k] * b[k * D + j];
  }
  return product;
}

/** a b⁻¹ of lower triangles: x b = a, column by column from the last. */
function timesInverse(D: number, a: Float64Array, b: Float64Array): Float64Array {
  const x = new Float64Array(D * D);
  for (let i = 0; i < D; i++) {
    for (let j = i; j >= 0; j--) {
      let rest = a[i * D + j];
      for (let k = j + 1; k <= i; k++) rest -= x[i * D + k] * b[k * D + j];
      x[i * D + j] = rest / b[j * D + j];
    }
  }
  return x;
}

function solveLower(D: number, a: Float64Array, right: Float64Array): Float64Array {
  const x = right.slice();
  for (let i = 0; i < D; i++) {
    for (let j = 0; j < i; j++) x[i] -= a[i * D + j] * x[j];
    x[i] /= a[i * D + i];
  }
  return x;
}
