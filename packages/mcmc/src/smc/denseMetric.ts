import { cholesky, standardNormal } from "@poolish/math";
import type { Metric } from "../metric.ts";

/**
 * The metric with mass matrix M (dim × dim, row-major), for small dimensions: a velocity costs dim² multiplications.
 * Undefined when M is not positive definite to working precision.
 */
export function denseMetric(mass: Float64Array, dim: number): Metric | undefined {
  const factor = cholesky(mass, dim);
  if (factor === undefined) return undefined;
  const inverse = inverseFromFactor(factor, dim);
  const noise = new Float64Array(dim);
  return {
    dim,
    isDiagonal: false,
    inverseMass: Float64Array.from({ length: dim }, (_, j) => inverse[j * dim + j]),
    drawMomentum(rng, momentum) {
      for (let i = 0; i < dim; i++) {
        noise[i] = standardNormal(rng);
        let sum = 0;
        for (let j = 0; j <= i; j++) sum += factor[i * dim + j] * noise[j];
        momentum[i] = sum;
      }
    },
    velocity(momentum, velocity) {
      let twiceEnergy = 0;
      for (let i = 0; i < dim; i++) {
        let sum = 0;
        for (let j = 0; j < dim; j++) sum += inverse[i * dim + j] * momentum[j];
        velocity[i] = sum;
        twiceEnergy += momentum[i] * sum;
      }
      return 0.5 * twiceEnergy;
    },
  };
}

/** (L Lᵀ)⁻¹ = L⁻ᵀ L⁻¹. */
function inverseFromFactor(factor: Float64Array, dim: number): Float64Array {
  const inverseFactor = inverseOfFactor(factor, dim);
  const inverse = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++) {
      for (let k = Math.max(i, j); k < dim; k++) {
        inverse[i * dim + j] += inverseFactor[k * dim + i] * inverseFactor[k * dim + j];
      }
    }
  }
  return inverse;
}

/** L⁻¹ of a lower-triangular L (dim × dim, row-major). */
export function inverseOfFactor(factor: Float64Array, dim: number): Float64Array {
  const inverse = new Float64Array(dim * dim);
  for (let column = 0; column < dim; column++) {
    for (let i = column; i < dim; i++) {
      let sum = i === column ? 1 : 0;
      for (let k = column; k < i; k++) sum -= factor[i * dim + k] * inverse[k * dim + column];
      inverse[i * dim + column] = sum / factor[i * dim + i];
    }
  }
  return inverse;
}
