import type { Field } from "../field.ts";
import { type Denoise, fieldDenoiser } from "../sampling/denoise.ts";
import type { Trials } from "./fitTrials.ts";
import { addProduct, clampEigenvalues, invertPositiveDefinite } from "./matrices.ts";

/** Step of the central differences of the denoiser, in units of the spread of x: balances float32 rounding. */
const DIFFERENCE = 5e-3;
/** What a covariance of the data behind a noisy point may be, in units of noise² (at most 1 where the posterior is log-concave). */
const LEAST_SHARE = 1e-4;
const MOST_SHARE = 1;

/**
 * What data are expected behind noisy points v (size × D), given all trials: with D_j, C_j the mean and covariance of the
 * data under trial j and D₀, C₀ those under the prior, (Σ C_j⁻¹ + (1 − N)·C₀⁻¹)⁻¹ (Σ C_j⁻¹·D_j + (1 − N)·C₀⁻¹·D₀), the mean of
 * the product of these Gaussians (Linhart et al. 2024, eq. 12). "gauss": C_j⁻¹ is the precision of the trial's draws plus
 * 1/noise². "jacobian": C_j = noise²·∂D_j/∂v by Tweedie's formula, symmetrised, its eigenvalues held within (0, noise²].
 */
export function composeDenoiser(field: Field, trials: Trials, size: number, form: "gauss" | "jacobian"): Denoise {
  const D = field.spec.columns.length;
  const { count: N, features, offsets, precisions, prior } = trials;
  const numTerms = size * N;
  const rowOfTerm = Int32Array.from({ length: numTerms }, (_, i) => Math.floor(i / size));
  const denoise = fieldDenoiser(field, numTerms * D);
  const x = new Float64Array(numTerms * D);
  const expected = new Float64Array(numTerms * D);
  const moved = form === "jacobian" ? Array.from({ length: D }, () => new Float64Array(numTerms * D)) : [];
  const weighted = new Float64Array(D);
  const mean = new Float64Array(D);
  const setTerms = (): void => {
    field.setRows(features, N);
    field.setTerms(rowOfTerm, new Float64Array(0), numTerms);
  };
  return (v, noise, data) => {
    setTerms();
    shift(v, offsets, D, size, x);
    denoise(x, noise, expected);
    if (form === "jacobian") differentiate(denoise, x, noise, moved);
    const ofPrior = withNoise(prior.precision, noise, D);
    const priorCovariance = invertPositiveDefinite(ofPrior, D) ?? fail();
    // Gaussian covariances hold for all points of one level.
    const gaussian = precisions.map((precision) => withNoise(precision, noise, D));
    const shared = form === "gauss" ? combine(gaussian, ofPrior, D) : undefined;
    for (let i = 0; i < size; i++) {
      priorMean(prior, priorCovariance, v, i, noise, mean);
      weighted.fill(0);
      addProduct(ofPrior, mean, 0, 1 - N, weighted);
      const own = shared === undefined ? pointPrecisions(moved, i, size, N, noise) : gaussian;
      for (let j = 0; j < N; j++) {
        const at = (j * size + i) * D;
        for (let d = 0; d < D; d++) mean[d] = expected[at + d] + offsets[j * D + d];
        addProduct(own[j], mean, 0, 1, weighted);
      }
      const out = data.subarray(i * D, (i + 1) * D).fill(0);
      addProduct(shared ?? combine(own, ofPrior, D), weighted, 0, 1, out);
    }
  };
}

/**
 * The covariance of the product of the trials' Gaussians, the prior counted once. The sum of precisions may fail to be positive
 * where the Gaussians are poor: then its eigenvalues are held above the prior's.
 */
function combine(precisions: readonly Float64Array[], ofPrior: Float64Array, D: number): Float64Array {
  const total = ofPrior.map((value) => (1 - precisions.length) * value);
  for (const precision of precisions) for (let k = 0; k < total.length; k++) total[k] += precision[k];
  return invertPositiveDefinite(total, D) ?? invertPositiveDefinite(repaired(total, ofPrior, D), D) ?? fail();
}

/** The precision of the data behind point i under each trial. */
function pointPrecisions(
  moved: readonly Float64Array[],
  i: number,
  size: number,
  N: number,
  noise: number,
): Float64Array[] {
  return Array.from({ length: N }, (_, j) => tweediePrecision(moved, j * size + i, noise, moved.length));
}

function fail(): never {
  throw new Error("a precision is not positive definite");
}

/** Each trial's own z of each point, trial after trial. */
function shift(v: Float64Array, offsets: Float64Array, D: number, size: number, x: Float64Array): void {
  for (let t = 0; t < x.length; t += D) {
    const term = t / D;
    const j = Math.floor(term / size);
    const i = term % size;
    for (let d = 0; d < D; d++) x[t + d] = v[i * D + d] - offsets[j * D + d];
  }
}

function withNoise(precision: Float64Array, noise: number, D: number): Float64Array {
  const out = precision.slice();
  for (let d = 0; d < D; d++) out[d * D + d] += 1 / (noise * noise);
  return out;
}

/** E[data | v] under the Gaussian prior. */
function priorMean(
  { mean, precision }: Trials["prior"],
  covariance: Float64Array,
  v: Float64Array,
  i: number,
  noise: number,
  out: Float64Array,
): void {
  const D = out.length;
  const sum = new Float64Array(D);
  addProduct(precision, mean, 0, 1, sum);
  for (let d = 0; d < D; d++) sum[d] += v[i * D + d] / (noise * noise);
  out.fill(0);
  addProduct(covariance, sum, 0, 1, out);
}

/** Overwrites moved[d] with ∂data/∂x_d of every term, by central differences. */
function differentiate(denoise: Denoise, x: Float64Array, noise: number, moved: readonly Float64Array[]): void {
  const D = moved.length;
  const step = DIFFERENCE * Math.hypot(1, noise);
  const there = x.slice();
  const below = new Float64Array(x.length);
  moved.forEach((out, d) => {
    for (let i = d; i < x.length; i += D) there[i] = x[i] - step;
    denoise(there, noise, below);
    for (let i = d; i < x.length; i += D) there[i] = x[i] + step;
    denoise(there, noise, out);
    for (let i = 0; i < x.length; i++) out[i] = (out[i] - below[i]) / (2 * step);
    for (let i = d; i < x.length; i += D) there[i] = x[i];
  });
}

function tweediePrecision(moved: readonly Float64Array[], term: number, noise: number, D: number): Float64Array {
  const share = new Float64Array(D * D);
  for (let a = 0; a < D; a++) {
    for (let b = 0; b < D; b++) share[a * D + b] = 0.5 * (moved[a][term * D + b] + moved[b][term * D + a]);
  }
  const covariance = clampEigenvalues(share, D, LEAST_SHARE, MOST_SHARE).map((value) => value * noise * noise);
  return invertPositiveDefinite(covariance, D) ?? fail();
}

/** total with its eigenvalues at least the smallest of the prior's. */
function repaired(total: Float64Array, ofPrior: Float64Array, D: number): Float64Array {
  let least = Infinity;
  for (let d = 0; d < D; d++) least = Math.min(least, ofPrior[d * D + d]);
  return clampEigenvalues(total, D, least, Infinity);
}
