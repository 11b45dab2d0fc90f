import type { Rng } from "@poolish/core";
import {
  numericColumns,
  quadraticSpec,
  type RatioSpec,
  ratioInputs,
  ratioNetworkSpec,
  ratioTrunkSpec,
} from "@poolish/estimators";
import { initialNetwork } from "../autoregressive/initialWeights.ts";
import { type LinearStart, linearStart } from "../autoregressive/linearStart.ts";
import type { EncodedSimulations } from "../encodedSimulations.ts";

/** Where a ratio may start: log N(x; least-squares plane in θ, residuals' covariance) less the same without θ. */
export interface GaussianStart {
  readonly withTheta: LinearStart;
  readonly without: LinearStart;
}

/** Exact, but for the sampling error, where the simulator is linear and Gaussian. */
export function gaussianStart(spec: RatioSpec, simulations: EncodedSimulations, rows: Int32Array): GaussianStart {
  return {
    withTheta: linearStart(spec, simulations, rows),
    without: linearStart({ ...spec, numFeatures: 0 }, simulations, rows),
  };
}

/**
 * Weights to start from: the trunk at the Gaussian with θ, the quadratic form at minus the one without, and a network that
 * adds nothing, its last layer being zero but for the form's constant. In the order of `ratioBlocks`.
 */
export function initialRatioWeights(rng: Rng, spec: RatioSpec, { withTheta, without }: GaussianStart): Float32Array {
  const trunk = ratioTrunkSpec(spec);
  const { matrix, slopes, constant } = minusLogNormal(spec, without);
  const ofTrunk =
    trunk === undefined
      ? []
      : [
          ...initialNetwork(rng, trunk.location, withTheta.locations, withTheta.slopes),
          ...initialNetwork(rng, trunk.spread, withTheta.spreads),
        ];
  const network = initialNetwork(rng, ratioNetworkSpec(spec), [constant]);
  return Float32Array.from([...ofTrunk, ...network, ...matrix, ...slopes]);
}

/**
 * −log N(x; plane in conditions and indicators) as z · (Q z + b) + constant. Each whitened residual
 * e_n = Σ_m A[n][m] (y_m − location_m − slopes_m · inputs), A = (I + L) / scales, is linear in z.
 */
function minusLogNormal(spec: RatioSpec, start: LinearStart) {
  const size = quadraticSpec(spec).numOutputs;
  const { numKnown } = ratioInputs(spec);
  const D = numericColumns(spec.columns).length;
  const matrix = new Float64Array(size * size);
  const slopes = new Float64Array(size);
  const row = new Float64Array(size);
  let constant = 0;
  for (let n = 0; n < D; n++) {
    row.fill(0);
    let offset = 0;
    for (let m = 0; m <= n; m++) {
      const weight = whitening(start, D, n, m, spec.isCoupled);
      row[spec.numFeatures + numKnown + m] += weight;
      offset -= weight * start.locations[m];
      for (let k = 0; k < numKnown; k++) row[spec.numFeatures + k] -= weight * start.slopes[k * D + m];
    }
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) matrix[i * size + j] += 0.5 * row[i] * row[j];
      slopes[i] += offset * row[i];
    }
    constant += 0.5 * offset * offset + start.spreads[n];
  }
  return { matrix, slopes, constant };
}

/** A[n][m] of the whitening matrix, m ≤ n. */
function whitening({ spreads }: LinearStart, D: number, n: number, m: number, isCoupled: boolean): number {
  const perScale = Math.exp(-spreads[m]);
  if (m === n) return perScale;
  return isCoupled ? spreads[D + (n * (n - 1)) / 2 + m] * perScale : 0;
}
