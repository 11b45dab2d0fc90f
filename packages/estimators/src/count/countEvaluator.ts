import { isOnSupport, type Rng } from "@poolish/core";
import type { EstimatorSpec } from "../estimatorSpec.ts";
import { writeFeatures } from "../features.ts";
import { createCountDensity } from "./countDensity.ts";
import { createCountNetwork } from "./countNetwork.ts";
import { countAt, countEdge } from "./countScale.ts";
import { createMixtureRow, readMixtureRow } from "./mixtureRow.ts";
import { sampleMixture } from "./sampleMixture.ts";

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

/** θ rows, or counts, that go through at once. */
const BLOCK = 256;

export function createCountEvaluator(spec: EstimatorSpec, weights: Float32Array): CountEvaluator {
  return { logProb: createLogProb(spec, weights), sample: createSample(spec, weights) };
}

function isOff({ parameters }: EstimatorSpec, theta: Float64Array, row: number): boolean {
  return parameters.some(({ support }, p) => !isOnSupport(support, theta[row * parameters.length + p]));
}

function createLogProb(spec: EstimatorSpec, weights: Float32Array): CountEvaluator["logProb"] {
  const { features, parameters } = spec;
  const { scale } = spec.density;
  const density = createCountDensity(spec.density, BLOCK, BLOCK);
  density.setWeights(weights);
  const featureValues = new Float64Array(BLOCK * features.length);
  const logTerms = new Float64Array(BLOCK);
  const rowOfTerm = new Int32Array(BLOCK);
  const lower = new Float64Array(BLOCK);
  const upper = new Float64Array(BLOCK);
  return (counts, { theta, numRows }, out) => {
    const stride = numRows === 1 ? 0 : 1;
    for (let start = 0; start < counts.length; start += BLOCK) {
      const numTerms = Math.min(BLOCK, counts.length - start);
      const rowsOfBlock = numRows === 1 ? 1 : numTerms;
      for (let i = 0; i < numTerms; i++) {
        rowOfTerm[i] = stride * i;
        lower[i] = countEdge(scale, counts[start + i]);
        upper[i] = countEdge(scale, counts[start + i] + 1);
      }
      writeFeatures(
        features,
        theta.subarray(stride * start * parameters.length),
        parameters.length,
        rowsOfBlock,
        featureValues,
      );
      density.evaluate(featureValues, rowsOfBlock, { numTerms, rowOfTerm, lower, upper }, logTerms);
      for (let i = 0; i < numTerms; i++) {
        out[start + i] = isOff(spec, theta, stride * (start + i)) ? -Infinity : logTerms[i];
      }
    }
  };
}

function createSample(spec: EstimatorSpec, weights: Float32Array): CountEvaluator["sample"] {
  const { density, features, parameters } = spec;
  const mixture = createMixtureRow(density.numComponents);
  const numOutputs = 3 * density.numComponents + 2;
  const outputs = new Float64Array(BLOCK * numOutputs);
  const network = createCountNetwork(density.network, BLOCK, { outputs, outputGradient: new Float64Array(0) });
  network.setWeights(weights);
  const featureValues = new Float64Array(BLOCK * features.length);
  return (rng, { theta, numRows }, count, out) => {
    for (let r = 0; r < numRows; r++) {
      if (r % BLOCK === 0) {
        const block = Math.min(BLOCK, numRows - r);
        writeFeatures(features, theta.subarray(r * parameters.length), parameters.length, block, featureValues);
        network.run(featureValues, block);
      }
      readMixtureRow(mixture, outputs, (r % BLOCK) * numOutputs);
      const isOffSupport = isOff(spec, theta, r);
      const [first, last] = numRows === 1 ? [0, count] : [r, r + 1];
      for (let i = first; i < last; i++) {
        out[i] = isOffSupport ? Number.NaN : countAt(density.scale, sampleMixture(rng, mixture));
      }
    }
  };
}
