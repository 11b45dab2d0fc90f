import { createConvolutionEmbedding } from "./convolutionEmbedding.ts";
import type { Embedding } from "./embedding.ts";
import type { EmbeddingSpec } from "./embeddingSpec.ts";
import { createIdentityEmbedding } from "./identityEmbedding.ts";
import { createMlpEmbedding } from "./mlpEmbedding.ts";
import { createSetEmbedding } from "./setEmbedding.ts";

/** Allocates an embedding for up to `maxObservations`, of `maxTrials` in all; set its weights before use. */
export function createEmbedding(spec: EmbeddingSpec, maxObservations: number, maxTrials: number): Embedding {
  switch (spec.kind) {
    case "identity":
      return createIdentityEmbedding(spec);
    case "mlp":
      return createMlpEmbedding(spec, maxObservations);
    case "set":
      return createSetEmbedding(spec, maxTrials);
    case "conv1d":
      return createConvolutionEmbedding(spec, maxObservations);
  }
}
