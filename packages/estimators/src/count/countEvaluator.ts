import { isOnSupport, type Rng } from "@poolish/core";
import type { EstimatorSpec } from "../estimatorSpec.ts";
import { writeFeatures } from "../features.ts";
import { createCountMixture } from "./countMixture.ts";
import { createCountNetwork } from "./countNetwork.ts";
import { countAt, countEdge } from "./countScale.ts";

/** θ rows: one for all observations, or one for each. Row-major. */
export interface ThetaRows {
  readonly theta: Float64Array;
  readonly numRows: number;
}

/** A frozen density of counts for single calls: owns its buffers, so that a call costs a few microseconds. */
export interface CountEvaluator {
  /** Overwrites `out` with the log-mass of each count; -Infinity where θ is off its support. */
  logProb(counts: Float64Array, rows: ThetaRows, out: Float64Array): void;
  /** Overwrites out[0 … count) with draws; NaN where θ is off its support. */
  sample(rng: Rng, rows: ThetaRows, count: number, out: Float64Array): void;
}

/** θ rows that go through the network at once. */
const BLOCK = 256;

export function createCountEvaluator(spec: EstimatorSpec, weights: Float32Array): CountEvaluator {
  const { density, features, parameters } = spec;
  const { scale } = density;
  const width = parameters.length;
  const mixture = createCountMixture(density.numComponents);
  const outputs = new Float64Array(BLOCK * mixture.numOutputs);
  const network = createCountNetwork(density.network, BLOCK, { outputs, outputGradient: new Float64Array(0) });
  network.setWeights(weights);
  const featureValues = new Float64Array(BLOCK * features.length);
  const partials = new Float64Array(mixture.numOutputs);

  /** Calls `visit` with each row in the mixture and the observations [first, last) that are its. */
  const eachRow = (
    { theta, numRows }: ThetaRows,
    count: number,
    visit: (isOffSupport: boolean, first: number, last: number) => void,
  ): void => {
    for (let r = 0; r < numRows; r++) {
      if (r % BLOCK === 0) {
        const block = Math.min(BLOCK, numRows - r);
        writeFeatures(features, theta.subarray(r * width), width, block, featureValues);
        network.run(featureValues, block);
      }
      mixture.setRow(outputs, (r % BLOCK) * mixture.numOutputs);
      const isOffSupport = parameters.some(({ support }, p) => !isOnSupport(support, theta[r * width + p]));
      if (numRows === 1) visit(isOffSupport, 0, count);
      else visit(isOffSupport, r, r + 1);
    }
  };
  const logMass = (k: number) => mixture.logMass(countEdge(scale, k), countEdge(scale, k + 1), partials, 0);
  return {
    logProb: (counts, rows, out) =>
      eachRow(rows, counts.length, (isOffSupport, first, last) => {
        for (let i = first; i < last; i++) out[i] = isOffSupport ? -Infinity : logMass(counts[i]);
      }),
    sample: (rng, rows, count, out) =>
      eachRow(rows, count, (isOffSupport, first, last) => {
        for (let i = first; i < last; i++) out[i] = isOffSupport ? Number.NaN : countAt(scale, mixture.sample(rng));
      }),
  };
}
