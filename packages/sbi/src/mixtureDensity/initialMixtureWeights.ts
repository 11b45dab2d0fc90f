import type { Rng } from "@poolish/core";
import { type MixtureDensitySpec, mixtureNetworkSpec } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { initialNetwork } from "../autoregressive/initialWeights.ts";
import type { LinearStart } from "../autoregressive/linearStart.ts";

/** Standard deviation, on the scale of the residuals, of the components' means about the linear start. */
const COMPONENT_JITTER = 0.5;

/**
 * Weights to start from: every component is the normal of the least-squares plane and its residuals' covariance, but for a
 * mean that is moved by half a standard deviation, so that components differ. Hidden layers: see `initialNetwork`.
 */
export function initialMixtureWeights(rng: Rng, spec: MixtureDensitySpec, start: LinearStart): Float32Array {
  const { numComponents: K, columns } = spec;
  const D = columns.length;
  const network = mixtureNetworkSpec(spec);
  const { slopes, locations, spreads } = start;
  const means = Array.from({ length: K * D }, (_, m) => {
    const c = m % D;
    return locations[c] + (K === 1 ? 0 : COMPONENT_JITTER * Math.exp(spreads[c]) * standardNormal(rng));
  });
  const factors = Array.from({ length: K }, () => precisionFactor(spreads, D)).flat();
  const biases = [...new Array<number>(K).fill(0), ...means, ...factors];
  return Float32Array.from(initialNetwork(rng, network, biases, meanSlopes(slopes, K, D, network.numOutputs)));
}

/** The linear path of all outputs: the plane's slopes for each component's means, 0 otherwise. */
function meanSlopes(slopes: Float64Array, K: number, D: number, numOutputs: number): Float64Array {
  const numInputs = slopes.length / D;
  const all = new Float64Array(numInputs * numOutputs);
  for (let i = 0; i < numInputs; i++) {
    for (let m = 0; m < K * D; m++) all[i * numOutputs + K + m] = slopes[i * D + (m % D)];
  }
  return all;
}

/**
 * Log scales and couplings of the Gaussian layer, e = (I + L)(y / σ), as the factor of the precision, e = F y: its lower
 * triangle by rows, logarithms on the diagonal.
 */
function precisionFactor(spreads: Float64Array, D: number): number[] {
  const factor: number[] = [];
  let at = D;
  for (let row = 0; row < D; row++) {
    for (let column = 0; column < row; column++) factor.push(spreads[at++] * Math.exp(-spreads[column]));
    factor.push(-spreads[row]);
  }
  return factor;
}
