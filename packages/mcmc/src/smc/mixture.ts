import type { Rng } from "@poolish/core";
import { logGamma, standardNormal } from "@poolish/math";

/**
 * A mixture of multivariate t distributions with 8 degrees of freedom, as plain data. Matrices are lower triangular,
 * row-major, one after another.
 */
export interface Mixture {
  readonly dim: number;
  readonly weights: Float64Array;
  /** numComponents × dim. */
  readonly means: Float64Array;
  /** The Cholesky factors L of the scale matrices: numComponents × dim × dim. */
  readonly factors: Float64Array;
  /** Their inverses. */
  readonly whiteners: Float64Array;
}

/** Even, so that a χ² variate is the logarithm of a product of uniforms; tails heavy enough to bound most ratios. */
const DEGREES_OF_FREEDOM = 8;

/** Overwrites `position` with a draw. */
export function drawFromMixture({ dim, weights, means, factors }: Mixture, rng: Rng, position: Float64Array): void {
  let k = 0;
  for (let rest = rng.uniform() - weights[0]; rest > 0 && k < weights.length - 1; rest -= weights[k]) k++;
  let product = 1;
  for (let i = 0; i < DEGREES_OF_FREEDOM / 2; i++) product *= rng.uniform();
  const stretch = Math.sqrt(DEGREES_OF_FREEDOM / (-2 * Math.log(product)));
  for (let i = 0; i < dim; i++) position[i] = means[k * dim + i];
  for (let j = 0; j < dim; j++) {
    const z = stretch * standardNormal(rng);
    for (let i = j; i < dim; i++) position[i] += factors[(k * dim + i) * dim + j] * z;
  }
}

/** The log-density of the mixture. Owns its scratch: the position is read from `position`. */
export function mixtureLogDensity(mixture: Mixture): (position: Float64Array) => number {
  const { dim, weights, whiteners } = mixture;
  const numComponents = weights.length;
  const logTerms = new Float64Array(numComponents);
  const half = 0.5 * (DEGREES_OF_FREEDOM + dim);
  const logConstant =
    logGamma(half) - logGamma(0.5 * DEGREES_OF_FREEDOM) - 0.5 * dim * Math.log(DEGREES_OF_FREEDOM * Math.PI);
  const offsets = Float64Array.from(weights, (weight, k) => Math.log(weight) + logConstant + logDiagonal(mixture, k));
  return (position) => {
    let largest = -Infinity;
    for (let k = 0; k < numComponents; k++) {
      const squares = squaredRadius(mixture, whiteners, k, position);
      logTerms[k] = offsets[k] - half * Math.log1p(squares / DEGREES_OF_FREEDOM);
      if (logTerms[k] > largest) largest = logTerms[k];
    }
    let sum = 0;
    for (let k = 0; k < numComponents; k++) sum += Math.exp(logTerms[k] - largest);
    return largest + Math.log(sum);
  };
}

/** Σ log of the diagonal of whitener k: minus half the log-determinant of its scale matrix. */
export function logDiagonal({ dim, whiteners }: Pick<Mixture, "dim" | "whiteners">, k: number): number {
  let sum = 0;
  for (let j = 0; j < dim; j++) sum += Math.log(whiteners[(k * dim + j) * dim + j]);
  return sum;
}

/** |L⁻¹ (position - mean)|² of component k. */
export function squaredRadius(
  { dim, means }: Pick<Mixture, "dim" | "means">,
  whiteners: Float64Array,
  k: number,
  position: Float64Array,
): number {
  let squares = 0;
  for (let i = 0; i < dim; i++) {
    let z = 0;
    const row = (k * dim + i) * dim;
    for (let j = 0; j <= i; j++) z += whiteners[row + j] * (position[j] - means[k * dim + j]);
    squares += z * z;
  }
  return squares;
}
