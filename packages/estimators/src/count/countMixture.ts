import type { Rng } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { type NormalInterval, normalInterval } from "../normalInterval.ts";

/**
 * A mixture of K normals on the standardised scale of counts, discretised: the mass of a count is that of its interval.
 * Its components sit at location + scale · offset_j with standard deviation scale · exp(logSpread_j), so that a change of
 * θ moves the whole shape, and only what is left must change the shape itself.
 *
 * Outputs of the network for one θ row, 3K + 2 numbers: K logits of weights, K offsets, K logSpreads, location, logScale.
 * After Salimans et al. 2017 (PixelCNN++, arXiv:1701.05517, eq. 2), with normals for logistics.
 */
export interface CountMixture {
  readonly numComponents: number;
  readonly numOutputs: number;
  /**
   * Reads the outputs of a θ row for the terms that follow.
   * @param outputs holds `numOutputs` numbers from `from`.
   */
  setRow(outputs: ArrayLike<number>, from: number): void;
  /**
   * The log-mass of the count with edges (lower, upper) in the row of the last `setRow`. Writes its derivative in each
   * output to `partials[to …]`, `numOutputs` numbers.
   */
  logMass(lower: number, upper: number, partials: Float64Array, to: number): number;
  /** A draw on the standardised scale from the row of the last `setRow`. */
  sample(rng: Rng): number;
}

export function createCountMixture(numComponents: number): CountMixture {
  const K = numComponents;
  const logWeight = new Float64Array(K);
  const offset = new Float64Array(K);
  const spread = new Float64Array(K);
  const joint = new Float64Array(K);
  const upperRatio = new Float64Array(K);
  const lowerRatio = new Float64Array(K);
  const interval: NormalInterval = { logMass: 0, upperRatio: 0, lowerRatio: 0 };
  let location = 0;
  let scale = 1;
  return {
    numComponents,
    numOutputs: 3 * K + 2,
    setRow(outputs, from) {
      let largest = -Infinity;
      for (let j = 0; j < K; j++) if (outputs[from + j] > largest) largest = outputs[from + j];
      let total = 0;
      for (let j = 0; j < K; j++) total += Math.exp(outputs[from + j] - largest);
      const logTotal = largest + Math.log(total);
      for (let j = 0; j < K; j++) {
        logWeight[j] = outputs[from + j] - logTotal;
        offset[j] = outputs[from + K + j];
        spread[j] = Math.exp(outputs[from + 2 * K + j]);
      }
      location = outputs[from + 3 * K];
      scale = Math.exp(outputs[from + 3 * K + 1]);
    },
    logMass(lower, upper, partials, to) {
      let largest = -Infinity;
      for (let j = 0; j < K; j++) {
        const inverse = 1 / (scale * spread[j]);
        const center = location + scale * offset[j];
        normalInterval((lower - center) * inverse, (upper - center) * inverse, interval);
        joint[j] = logWeight[j] + interval.logMass;
        upperRatio[j] = interval.upperRatio;
        lowerRatio[j] = interval.lowerRatio;
        if (joint[j] > largest) largest = joint[j];
      }
      let total = 0;
      for (let j = 0; j < K; j++) total += Math.exp(joint[j] - largest);
      const logTotal = largest + Math.log(total);
      let locationPartial = 0;
      let logScalePartial = 0;
      for (let j = 0; j < K; j++) {
        const responsibility = Math.exp(joint[j] - logTotal);
        const inverse = 1 / (scale * spread[j]);
        const center = location + scale * offset[j];
        // ∂/∂center of log mass, times the scale that offsets are measured in.
        const shift = responsibility * (lowerRatio[j] - upperRatio[j]) * inverse;
        const atUpper = (upper - center) * inverse * upperRatio[j];
        const atLower = lower === -Infinity ? 0 : (lower - center) * inverse * lowerRatio[j];
        const stretch = responsibility * (atLower - atUpper);
        partials[to + j] = responsibility - Math.exp(logWeight[j]);
        partials[to + K + j] = shift * scale;
        partials[to + 2 * K + j] = stretch;
        locationPartial += shift;
        logScalePartial += stretch + shift * scale * offset[j];
      }
      partials[to + 3 * K] = locationPartial;
      partials[to + 3 * K + 1] = logScalePartial;
      return logTotal;
    },
    sample(rng) {
      let u = rng.uniform();
      let j = 0;
      while (j < K - 1) {
        u -= Math.exp(logWeight[j]);
        if (u < 0) break;
        j++;
      }
      return location + scale * (offset[j] + spread[j] * standardNormal(rng));
    },
  };
}
