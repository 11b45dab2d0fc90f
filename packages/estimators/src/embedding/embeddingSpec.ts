import type { Activation } from "@poolish/kernels";
import {
  numBlockWeights,
  type SplitNetworkSpec,
  splitNetworkBlocks,
  type WeightBlock,
} from "../network/splitNetworkSpec.ts";

/** The inputs themselves. */
export interface IdentityEmbeddingSpec {
  readonly kind: "identity";
  readonly numInputs: number;
}

/** A fully connected network; where two widths in succession are equal, the second layer is residual. */
export interface MlpEmbeddingSpec {
  readonly kind: "mlp";
  readonly numInputs: number;
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly numSummaries: number;
}

/**
 * A series of numPositions × numChannels inputs (all channels of the first position, then of the second, …): convolutions over
 * positions, without padding, then a fully connected network of all that they leave.
 */
export interface ConvolutionEmbeddingSpec extends Omit<MlpEmbeddingSpec, "kind"> {
  readonly kind: "conv1d";
  readonly numChannels: number;
  readonly convolutions: readonly ConvolutionSpec[];
}

/** One convolution with its activation. */
export interface ConvolutionSpec {
  readonly numFilters: number;
  /** Positions that a filter sees. */
  readonly size: number;
  readonly stride: number;
}

/**
 * A set of any number of trials, whose order does not count (Zaheer et al. 2017): a network of each trial, averaged over the
 * trials, and the logarithm of their number.
 */
export interface SetEmbeddingSpec extends Omit<MlpEmbeddingSpec, "kind"> {
  readonly kind: "set";
  /** How many trials the sets had that it was trained on. */
  readonly numTrials: readonly [fewest: number, most: number];
}

/** A network that was written in the layers of TensorFlow.js, which computes it. */
export interface LayersEmbeddingSpec {
  readonly kind: "layers";
  readonly numInputs: number;
  readonly numSummaries: number;
  /** What `tf.LayersModel.toJSON` says of its architecture. */
  readonly topology: string;
  /** Its trainable weights, in its own order. */
  readonly weights: readonly WeightBlock[];
}

/** The networks that our kernels compute. */
export type NetworkEmbeddingSpec = MlpEmbeddingSpec | ConvolutionEmbeddingSpec | SetEmbeddingSpec;

/** The architecture of an embedding, as data. */
export type EmbeddingSpec = IdentityEmbeddingSpec | NetworkEmbeddingSpec | LayersEmbeddingSpec;

/** The summaries that it gives. */
export function numSummaries(spec: EmbeddingSpec): number {
  return spec.kind === "identity" ? spec.numInputs : spec.numSummaries;
}

/** The fully connected part of an embedding; a set's own summary beside its outputs is the logarithm of the number. */
export function mlpNetwork(spec: NetworkEmbeddingSpec): SplitNetworkSpec {
  const { hidden, activation } = spec;
  const numRowInputs = spec.kind === "conv1d" ? numConvolved(spec) : spec.numInputs;
  const numOutputs = spec.kind === "set" ? spec.numSummaries - 1 : spec.numSummaries;
  return { numRowInputs, numTermInputs: 0, hidden, numOutputs, activation, hasSkip: true };
}

/** Positions before each convolution, and after the last. */
export function convolvedLengths({ numInputs, numChannels, convolutions }: ConvolutionEmbeddingSpec): number[] {
  const lengths = [Math.floor(numInputs / numChannels)];
  for (const { size, stride } of convolutions) {
    lengths.push(Math.floor((lengths[lengths.length - 1] - size) / stride) + 1);
  }
  return lengths;
}

/** Numbers that the last convolution leaves of an observation. */
function numConvolved(spec: ConvolutionEmbeddingSpec): number {
  const numFilters = spec.convolutions.at(-1)?.numFilters ?? spec.numChannels;
  return numFilters * (convolvedLengths(spec).at(-1) ?? 0);
}

/** The blocks of the convolutions: (size · channels) × filters, and biases. */
export function convolutionBlocks({ numChannels, convolutions }: ConvolutionEmbeddingSpec): WeightBlock[] {
  return convolutions.flatMap(({ numFilters, size }, k) => [
    {
      name: `embedding.convolution.${k}.weight`,
      shape: [size * (convolutions[k - 1]?.numFilters ?? numChannels), numFilters],
    },
    { name: `embedding.convolution.${k}.bias`, shape: [numFilters] },
  ]);
}

/** The blocks of one member's flat weights, in order. */
export function embeddingBlocks(spec: EmbeddingSpec): readonly WeightBlock[] {
  switch (spec.kind) {
    case "identity":
      return [];
    case "mlp":
    case "set":
      return splitNetworkBlocks(mlpNetwork(spec), "embedding");
    case "layers":
      return spec.weights.map(({ name, shape }) => ({ name: `embedding.${name}`, shape }));
    case "conv1d":
      return [...convolutionBlocks(spec), ...splitNetworkBlocks(mlpNetwork(spec), "embedding")];
  }
}

/** The number of weights of one member. */
export function numEmbeddingWeights(spec: EmbeddingSpec): number {
  return numBlockWeights(embeddingBlocks(spec));
}
