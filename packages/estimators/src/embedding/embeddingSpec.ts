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

/** The architecture of an embedding, as data. */
export type EmbeddingSpec = IdentityEmbeddingSpec | MlpEmbeddingSpec;

/** The summaries that it gives. */
export function numSummaries(spec: EmbeddingSpec): number {
  return spec.kind === "identity" ? spec.numInputs : spec.numSummaries;
}

/** The network of an MLP: its items are rows. */
export function mlpNetwork(spec: MlpEmbeddingSpec): SplitNetworkSpec {
  const { numInputs, hidden, activation, numSummaries: numOutputs } = spec;
  return { numRowInputs: numInputs, numTermInputs: 0, hidden, numOutputs, activation, hasSkip: true };
}

/** The blocks of one member's flat weights, in order. */
export function embeddingBlocks(spec: EmbeddingSpec): readonly WeightBlock[] {
  switch (spec.kind) {
    case "identity":
      return [];
    case "mlp":
      return splitNetworkBlocks(mlpNetwork(spec), "embedding");
  }
}

/** The number of weights of one member. */
export function numEmbeddingWeights(spec: EmbeddingSpec): number {
  return numBlockWeights(embeddingBlocks(spec));
}
