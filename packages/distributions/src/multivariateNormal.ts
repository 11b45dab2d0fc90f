import { type Argument, PoolishError, real } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { gatherNumbers, refuseWideElement } from "./component.ts";
import { vectorDistribution } from "./distribution.ts";
import type { Strided, VectorDistribution, VectorFamily } from "./family.ts";
import { isNumbers } from "./parameterNumbers.ts";
import { isCholeskyFactor } from "./structure.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;

function areFinite({ values, offset, stride, width }: Strided, i: number): boolean {
  for (let k = offset + i * stride; k < offset + i * stride + width; k++) if (!Number.isFinite(values[k])) return false;
  return true;
}

/** K of a row of K means and K² entries. */
function sizeOf(parameters: readonly number[]): number {
  return Math.round((Math.sqrt(1 + 4 * parameters.length) - 1) / 2);
}

/**
 * Element i. z = L⁻¹ (x - mean) and w = L⁻ᵀ z by substitution; ∂/∂x = -w, ∂/∂mean = w, ∂/∂L = w zᵀ - diag(1 / L) on and
 * below the diagonal. z and w live in the arrays of the partials until they are done.
 */
function evaluateElement(
  i: number,
  x: Strided,
  mean: Strided,
  factor: Strided,
  partials: readonly Float64Array[],
): number {
  const size = x.width;
  const [xPartials, meanPartials, factorPartials] = partials;
  const L = factor.values;
  const first = factor.offset + i * factor.stride;
  const at = i * size;
  let logTerm = -size * HALF_LOG_TWO_PI;
  for (let r = 0; r < size; r++) {
    let sum = x.values[x.offset + i * x.stride + r] - mean.values[mean.offset + i * mean.stride + r];
    for (let c = 0; c < r; c++) sum -= L[first + r * size + c] * xPartials[at + c];
    const pivot = L[first + r * size + r];
    const z = sum / pivot;
    xPartials[at + r] = z;
    logTerm -= 0.5 * z * z + Math.log(pivot);
  }
  for (let r = size - 1; r >= 0; r--) {
    let sum = xPartials[at + r];
    for (let c = r + 1; c < size; c++) sum -= L[first + c * size + r] * meanPartials[at + c];
    meanPartials[at + r] = sum / L[first + r * size + r];
  }
  for (let r = 0; r < size; r++) {
    const row = (at + r) * size;
    for (let c = 0; c < size; c++) factorPartials[row + c] = c <= r ? meanPartials[at + r] * xPartials[at + c] : 0;
    factorPartials[row + r] -= 1 / L[first + r * size + r];
  }
  for (let r = at; r < at + size; r++) xPartials[r] = -meanPartials[r];
  return logTerm;
}

/**
 * MultivariateNormal(mean, choleskyFactor) of K real numbers: covariance L Lᵀ for the K × K lower factor L (row-major,
 * positive diagonal, zeros above it).
 */
export const multivariateNormalFamily: VectorFamily = {
  name: "multivariateNormal",
  eventShape: "vector",
  isDiscrete: false,
  parameters: [
    { name: "mean", support: real, shape: "vector" },
    { name: "choleskyFactor", support: real, shape: "matrix", structure: "choleskyFactor" },
  ],
  locationScale: { location: 0, scale: 1 },
  support: () => real,
  eventSize: sizeOf,
  evaluate(count, x, [mean, factor], logTerms, partials) {
    for (let i = 0; i < count; i++) {
      const isOn =
        areFinite(x, i) &&
        areFinite(mean, i) &&
        isCholeskyFactor(factor.values, factor.offset + i * factor.stride, x.width);
      if (isOn) logTerms[i] = evaluateElement(i, x, mean, factor, partials);
      else refuseWideElement(i, [x, mean, factor], logTerms, partials, gatherNumbers([x, mean, factor], i, []));
    }
  },
  sample(rng, parameters, out) {
    const size = sizeOf(parameters);
    if (!(parameters.every(Number.isFinite) && isCholeskyFactor(parameters, size, size))) {
      out.fill(NaN, 0, size);
      return;
    }
    const z = Float64Array.from({ length: size }, () => standardNormal(rng));
    for (let r = 0; r < size; r++) {
      out[r] = parameters[r];
      for (let c = 0; c <= r; c++) out[r] += parameters[size + r * size + c] * z[c];
    }
  },
};

/**
 * Multivariate normal distribution of K numbers by their `mean` (K numbers) and the lower `choleskyFactor` of their
 * covariance (K × K, row-major). @throws PoolishError naming a bad parameter.
 */
export function multivariateNormal(mean: Argument, choleskyFactor: Argument): VectorDistribution {
  const distribution = vectorDistribution(multivariateNormalFamily, [mean, choleskyFactor]);
  if (isNumbers(mean) && isNumbers(choleskyFactor) && choleskyFactor.length !== mean.length ** 2) {
    throw new PoolishError(
      `expected ${mean.length ** 2} numbers for ${mean.length} means, got ${choleskyFactor.length}`,
      {
        kind: "input",
        field: "multivariateNormal.choleskyFactor",
        remedy: "Pass a square matrix, row after row, with as many rows as there are means.",
      },
    );
  }
  return distribution;
}
