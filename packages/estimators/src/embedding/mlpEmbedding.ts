import { createKernels } from "@poolish/kernels";
import { writeFeatureRows } from "../density/featureRows.ts";
import { clearInputGradients, createSplitInputs, splitInputsCapacity } from "../network/splitInputs.ts";
import { createSplitNetwork, splitNetworkCapacity } from "../network/splitNetwork.ts";
import { splitNetworkBlocks } from "../network/splitNetworkSpec.ts";
import {
  addFlatGradient,
  createWeightMemory,
  weightMemoryCapacity,
  writeFlatWeights,
} from "../network/weightMemory.ts";
import type { Embedding } from "./embedding.ts";
import { type MlpEmbeddingSpec, mlpNetwork } from "./embeddingSpec.ts";
import { readMatrix, writeMatrix } from "./matrixRows.ts";

/** Allocates the network for up to `maxObservations`. */
export function createMlpEmbedding(spec: MlpEmbeddingSpec, maxObservations: number): Embedding {
  const network = mlpNetwork(spec);
  const blocks = splitNetworkBlocks(network, "embedding");
  const kernels = createKernels({
    capacity:
      weightMemoryCapacity(blocks) +
      splitInputsCapacity(spec.numInputs, 0, maxObservations, 1) +
      splitNetworkCapacity(network, maxObservations, 1),
  });
  const memory = createWeightMemory(kernels, blocks);
  const inputs = createSplitInputs(kernels, spec.numInputs, 0, maxObservations, 1);
  const { refresh, run, backward, outputs, outputGradient } = createSplitNetwork(
    kernels,
    network,
    memory,
    "embedding",
    inputs,
  );
  return {
    numSummaries: spec.numSummaries,
    numWeights: memory.positions.length,
    memory: { ...memory, refresh },
    setWeights(weights) {
      writeFlatWeights(memory, weights);
      refresh();
    },
    evaluate({ values, numObservations }, summaries) {
      writeFeatureRows(inputs, values, spec.numInputs, numObservations);
      run();
      readMatrix(outputs, numObservations, summaries);
    },
    pullback(adjoint, weights) {
      writeMatrix(adjoint, inputs.size.numRows, outputGradient);
      clearInputGradients(inputs);
      backward({ weights: true, rowInputs: false, termInputs: false });
      addFlatGradient(memory, weights);
    },
  };
}
