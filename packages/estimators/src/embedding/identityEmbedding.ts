import type { Embedding } from "./embedding.ts";
import type { IdentityEmbeddingSpec } from "./embeddingSpec.ts";

/** The inputs as they are: the default where x is a short row of numbers. */
export function createIdentityEmbedding({ numInputs }: IdentityEmbeddingSpec): Embedding {
  return {
    numSummaries: numInputs,
    numWeights: 0,
    setWeights() {},
    evaluate({ values, numObservations }, summaries) {
      summaries.set(values.subarray(0, numObservations * numInputs));
    },
    pullback() {},
  };
}
