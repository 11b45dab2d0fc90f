import { type BoundLikelihood, isOnSupport, type ParameterSpec } from "@poolish/core";
import type { EstimatorSpec } from "../estimatorSpec.ts";
import { pullbackFeatures, writeFeatures } from "../features.ts";
import { bindCounts } from "./bindCounts.ts";
import { createCountDensity } from "./countDensity.ts";

/** Ties the frozen density to counts. Owns its buffers; evaluation allocates nothing. */
export function bindCountLikelihood(
  spec: EstimatorSpec,
  weights: Float32Array,
  counts: ArrayLike<number>,
  row: Int32Array,
  numRows: number,
): BoundLikelihood {
  const { density, features, parameters } = spec;
  const terms = bindCounts(density.scale, counts, row, numRows);
  const { numTerms, rowOfTerm } = terms;
  const network = createCountDensity(density, numRows, numTerms);
  network.setWeights(weights);
  const width = parameters.length;
  const inside = new Float64Array(numRows * width);
  const isRowOff = new Uint8Array(numRows);
  const featureValues = new Float64Array(numRows * features.length);
  const featureGradient = new Float64Array(numRows * features.length);
  const onSupport = new Float64Array(numTerms);
  let numRowsOff = 0;
  return {
    numTerms,
    multiplicity: terms.multiplicity,
    termOfTrial: terms.termOfTrial,
    evaluate(theta, logTerms) {
      numRowsOff = copyOnSupport(parameters, theta, inside, isRowOff);
      writeFeatures(features, inside, width, numRows, featureValues);
      network.evaluate(featureValues, numRows, terms, logTerms);
      if (numRowsOff === 0) return;
      for (let i = 0; i < numTerms; i++) if (isRowOff[rowOfTerm[i]] === 1) logTerms[i] = -Infinity;
    },
    pullback(adjoint, thetaGradient) {
      featureGradient.fill(0);
      for (let i = 0; i < numTerms && numRowsOff > 0; i++) {
        onSupport[i] = isRowOff[rowOfTerm[i]] === 1 ? 0 : adjoint[i];
      }
      network.pullbackFeatures(numRowsOff > 0 ? onSupport : adjoint, featureGradient);
      pullbackFeatures(features, inside, width, numRows, featureGradient, thetaGradient);
    },
  };
}

/**
 * Copies θ to `inside`, which the pullback reads, marks the rows that are off their support and returns their number.
 * Such a row becomes the centre of the training box: its features, which may be infinite or NaN, would make its zero
 * gradient NaN.
 */
function copyOnSupport(
  parameters: readonly ParameterSpec[],
  theta: Float64Array,
  inside: Float64Array,
  isRowOff: Uint8Array,
): number {
  const width = parameters.length;
  inside.set(theta);
  let numRowsOff = 0;
  for (let r = 0; r < isRowOff.length; r++) {
    let isOff = false;
    for (let p = 0; p < width; p++) isOff ||= !isOnSupport(parameters[p].support, theta[r * width + p]);
    isRowOff[r] = isOff ? 1 : 0;
    if (!isOff) continue;
    numRowsOff++;
    for (let p = 0; p < width; p++) {
      const [lower, upper] = parameters[p].box;
      inside[r * width + p] = 0.5 * (lower + upper);
    }
  }
  return numRowsOff;
}
