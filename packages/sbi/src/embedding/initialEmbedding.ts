import type { Rng } from "@poolish/core";
import { type EmbeddingSpec, mlpNetwork, numSummaries } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { initialNetwork } from "../autoregressive/initialWeights.ts";

/** Flat weights to start from, in the order of `embeddingBlocks`. */
export function initialEmbedding(rng: Rng, spec: EmbeddingSpec): Float32Array {
  switch (spec.kind) {
    case "identity":
      return new Float32Array(0);
    case "mlp": {
      // Summaries begin as random projections of the inputs; the network beside them begins at 0.
      const { numInputs } = spec;
      const width = numSummaries(spec);
      const slopes = Array.from({ length: numInputs * width }, () => standardNormal(rng) / Math.sqrt(numInputs));
      return Float32Array.from(initialNetwork(rng, mlpNetwork(spec), undefined, slopes));
    }
  }
}
