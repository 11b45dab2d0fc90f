import { addFlatGradient, writeFlatWeights } from "../network/weightMemory.ts";
import type { Embedding } from "./embedding.ts";
import { type MlpEmbeddingSpec, mlpNetwork } from "./embeddingSpec.ts";
import { readMatrix, writeMatrix } from "./matrixRows.ts";
import { createRowNetwork } from "./rowNetwork.ts";

/** Allocates the network for up to `maxObservations`. */
export function createMlpEmbedding(spec: MlpEmbeddingSpec, maxObservations: number): Embedding {
  const network = createRowNetwork(mlpNetwork(spec), maxObservations);
  const { memory, outputs, outputGradient } = network;
  const size = { numRows: 0 };
  return {
    numSummaries: spec.numSummaries,
    numWeights: memory.positions.length,
    memory: { ...memory, refresh: () => network.refresh() },
    setWeights(weights) {
      writeFlatWeights(memory, weights);
      network.refresh();
    },
    evaluate({ values, numObservations }, summaries) {
      size.numRows = numObservations;
      network.run(values, numObservations);
      readMatrix(outputs, numObservations, summaries);
    },
    pullback(adjoint, weights) {
      writeMatrix(adjoint, size.numRows, outputGradient);
      network.backward(false);
      addFlatGradient(memory, weights);
    },
  };
}
