/**
 * The linear path beside the network: features act on the mixture's location and logScale directly, so that the density
 * follows θ beyond the reach of saturated units. Works on flat weights, features × 2, and on the last two of the
 * `numOutputs` outputs of each row; all arrays are row-major.
 */
export interface LinearPath {
  readonly weights: Float64Array;
  /** ADDS to `outputs`. */
  add(features: Float64Array, numRows: number, outputs: Float64Array): void;
  /** ADDS to `featureGradient`. */
  pullbackFeatures(outputGradient: Float64Array, numRows: number, featureGradient: Float64Array): void;
  /** Overwrites `gradient[to …]`, features × 2. */
  pullbackWeights(
    features: Float64Array,
    outputGradient: Float64Array,
    numRows: number,
    gradient: Float32Array,
    to: number,
  ): void;
}

export function createLinearPath(numFeatures: number, numOutputs: number): LinearPath {
  const weights = new Float64Array(2 * numFeatures);
  const location = numOutputs - 2;
  const logScale = numOutputs - 1;
  return {
    weights,
    add(features, numRows, outputs) {
      for (let r = 0; r < numRows; r++) {
        for (let f = 0; f < numFeatures; f++) {
          const feature = features[r * numFeatures + f];
          outputs[r * numOutputs + location] += weights[2 * f] * feature;
          outputs[r * numOutputs + logScale] += weights[2 * f + 1] * feature;
        }
      }
    },
    pullbackFeatures(outputGradient, numRows, featureGradient) {
      for (let r = 0; r < numRows; r++) {
        const atLocation = outputGradient[r * numOutputs + location];
        const atLogScale = outputGradient[r * numOutputs + logScale];
        for (let f = 0; f < numFeatures; f++) {
          featureGradient[r * numFeatures + f] += weights[2 * f] * atLocation + weights[2 * f + 1] * atLogScale;
        }
      }
    },
    pullbackWeights(features, outputGradient, numRows, gradient, to) {
      for (let f = 0; f < numFeatures; f++) {
        let atLocation = 0;
        let atLogScale = 0;
        for (let r = 0; r < numRows; r++) {
          atLocation += features[r * numFeatures + f] * outputGradient[r * numOutputs + location];
          atLogScale += features[r * numFeatures + f] * outputGradient[r * numOutputs + logScale];
        }
        gradient[to + 2 * f] = atLocation;
        gradient[to + 2 * f + 1] = atLogScale;
      }
    },
  };
}
