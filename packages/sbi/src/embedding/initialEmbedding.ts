import type { Rng } from "@poolish/core";
import { convolutionBlocks, type EmbeddingSpec, embeddingBlocks, mlpNetwork } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { initialNetwork } from "../autoregressive/initialWeights.ts";

/** What the hidden layers add at the start, beside the random projections of the inputs. */
const HIDDEN_SHARE = 0.5;

/**
 * Flat weights to start from, in the order of `embeddingBlocks`: summaries begin as random functions of the inputs, the first
 * ones, where there are as many, as the inputs themselves.
 */
export function initialEmbedding(rng: Rng, spec: EmbeddingSpec): Float32Array {
  if (spec.kind === "identity" || spec.kind === "layers") return new Float32Array(0);
  const network = mlpNetwork(spec);
  const { numRowInputs, numOutputs, hidden } = network;
  const copies = numRowInputs <= numOutputs;
  const slopes = Array.from({ length: numRowInputs * numOutputs }, (_, i) => {
    const [input, output] = [Math.floor(i / numOutputs), i % numOutputs];
    if (copies && output < numRowInputs) return input === output ? 1 : 0;
    return standardNormal(rng) / Math.sqrt(numRowInputs);
  });
  const weights = initialNetwork(rng, network, undefined, slopes);
  // Before the biases and the linear path stands the last matrix, which `initialNetwork` leaves at 0.
  const width = hidden[hidden.length - 1];
  const start = weights.length - slopes.length - numOutputs - width * numOutputs;
  for (let i = 0; i < width * numOutputs; i++) {
    const isCopy = copies && i % numOutputs < numRowInputs;
    if (!isCopy) weights[start + i] = (HIDDEN_SHARE * standardNormal(rng)) / Math.sqrt(width);
  }
  return Float32Array.from([...initialConvolutions(rng, spec), ...weights]);
}

function initialConvolutions(rng: Rng, spec: EmbeddingSpec): number[] {
  if (spec.kind !== "conv1d") return [];
  return convolutionBlocks(spec).flatMap(({ shape }) => {
    if (shape.length === 1) return new Array<number>(shape[0]).fill(0);
    // Twice the variance of a linear layer's, since the activation halves it.
    const scale = Math.sqrt(2 / shape[0]);
    return Array.from({ length: shape[0] * shape[1] }, () => scale * standardNormal(rng));
  });
}

/**
 * Rescales the last layer so that the summaries that were computed with `weights` (rows of `width`) have mean 0 and standard
 * deviation 1. Averages over trials are linear: a set's follow.
 */
export function standardizeSummaries(
  spec: EmbeddingSpec,
  weights: Float32Array,
  summaries: Float64Array,
  width: number,
): Float32Array {
  if (spec.kind === "identity" || spec.kind === "layers") return weights;
  const { numOutputs, hidden } = mlpNetwork(spec);
  const scales = Array.from({ length: numOutputs }, (_, s) => scaleOf(summaries, width, s));
  const last = `embedding.${hidden.length}.`;
  const scaled = weights.slice();
  let at = 0;
  for (const { name, shape } of embeddingBlocks(spec)) {
    const length = shape.reduce((product, each) => product * each, 1);
    if (name.startsWith(last) || name.startsWith("embedding.skip.")) {
      for (let i = 0; i < length; i++) {
        const { mean, deviation } = scales[i % numOutputs];
        scaled[at + i] = (weights[at + i] - (shape.length === 1 ? mean : 0)) / deviation;
      }
    }
    at += length;
  }
  return scaled;
}

function scaleOf(values: Float64Array, width: number, index: number): { mean: number; deviation: number } {
  const count = values.length / width;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += values[i * width + index] / count;
  let variance = 0;
  for (let i = 0; i < count; i++) variance += (values[i * width + index] - mean) ** 2 / count;
  return { mean, deviation: variance > 0 ? Math.sqrt(variance) : 1 };
}
