import { PoolishError } from "@poolish/core";
import { createConvolutionEmbedding } from "./convolutionEmbedding.ts";
import type { Embedding } from "./embedding.ts";
import type { EmbeddingSpec, LayersEmbeddingSpec } from "./embeddingSpec.ts";
import { createIdentityEmbedding } from "./identityEmbedding.ts";
import { createMlpEmbedding } from "./mlpEmbedding.ts";
import { createSetEmbedding } from "./setEmbedding.ts";

/** Makes an embedding that TensorFlow.js computes; who has it at hand passes it on. */
export type CreateLayersEmbedding = (spec: LayersEmbeddingSpec) => Embedding;

/**
 * Allocates an embedding for up to `maxObservations`, of `maxTrials` in all; set its weights before use.
 * @throws PoolishError for a network in the layers of TensorFlow.js without `createLayers`.
 */
export function createEmbedding(
  spec: EmbeddingSpec,
  maxObservations: number,
  maxTrials: number,
  createLayers?: CreateLayersEmbedding,
): Embedding {
  switch (spec.kind) {
    case "identity":
      return createIdentityEmbedding(spec);
    case "mlp":
      return createMlpEmbedding(spec, maxObservations);
    case "set":
      return createSetEmbedding(spec, maxTrials);
    case "conv1d":
      return createConvolutionEmbedding(spec, maxObservations);
    case "layers":
      if (createLayers !== undefined) return createLayers(spec);
      throw new PoolishError("the estimator reads x by a network of TensorFlow.js, which is not at hand", {
        kind: "file",
        field: "embedding",
        remedy: "Load it with loadEstimator of @poolish/sbi/node, or with reviveEstimator of @poolish/sbi.",
      });
  }
}
