import { type BoundLikelihood, isOnSupport } from "@poolish/core";
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
  const network = createCountDensity(density, Math.max(numRows, 1), terms.numTerms);
  network.setWeights(weights);
  const width = parameters.length;
  const featureValues = new Float64Array(numRows * features.length);
  const featureGradient = new Float64Array(numRows * features.length);
  const isRowOff = new Uint8Array(numRows);
  const termAdjoint = new Float64Array(terms.numTerms);
  let lastTheta: Float64Array = new Float64Array(0);

  const markRowsOffSupport = (theta: Float64Array): boolean => {
    let isAnyOff = false;
    for (let r = 0; r < numRows; r++) {
      let isOff = false;
      for (let p = 0; p < width; p++) isOff ||= !isOnSupport(parameters[p].support, theta[r * width + p]);
      isRowOff[r] = isOff ? 1 : 0;
      isAnyOff ||= isOff;
    }
    return isAnyOff;
  };

  return {
    numTerms: terms.numTerms,
    multiplicity: terms.multiplicity,
    termOfTrial: terms.termOfTrial,
    evaluate(theta, logTerms) {
      lastTheta = theta;
      writeFeatures(features, theta, width, numRows, featureValues);
      network.evaluate(featureValues, numRows, terms, logTerms);
      if (!markRowsOffSupport(theta)) return;
      for (let i = 0; i < terms.numTerms; i++) if (isRowOff[terms.rowOfTerm[i]] === 1) logTerms[i] = -Infinity;
    },
    pullback(adjoint, thetaGradient) {
      featureGradient.fill(0);
      for (let i = 0; i < terms.numTerms; i++) termAdjoint[i] = isRowOff[terms.rowOfTerm[i]] === 1 ? 0 : adjoint[i];
      network.pullbackFeatures(termAdjoint, featureGradient);
      pullbackFeatures(features, lastTheta, width, numRows, featureGradient, thetaGradient);
    },
  };
}
