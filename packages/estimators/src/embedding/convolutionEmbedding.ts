import { createKernels } from "@poolish/kernels";
import { numBlockWeights } from "../network/splitNetworkSpec.ts";
import {
  addFlatGradient,
  createWeightMemory,
  weightMemoryCapacity,
  writeFlatWeights,
} from "../network/weightMemory.ts";
import { type Convolution, convolutionCapacity, convolutionShapes, createConvolution } from "./convolution.ts";
import type { Embedding } from "./embedding.ts";
import { type ConvolutionEmbeddingSpec, convolutionBlocks, mlpNetwork } from "./embeddingSpec.ts";
import { readMatrix, writeMatrix } from "./matrixRows.ts";
import { createRowNetwork } from "./rowNetwork.ts";

/** Allocates the network for up to `maxObservations`. */
export function createConvolutionEmbedding(spec: ConvolutionEmbeddingSpec, maxObservations: number): Embedding {
  const { numChannels, numInputs, activation } = spec;
  const blocks = convolutionBlocks(spec);
  const shapes = convolutionShapes(spec);
  const capacity = shapes.reduce((sum, shape) => sum + convolutionCapacity(shape, maxObservations), 0);
  const kernels = createKernels({ capacity: weightMemoryCapacity(blocks) + capacity });
  const memory = createWeightMemory(kernels, blocks);
  const layers = shapes.map((shape, k) =>
    createConvolution(kernels, memory, shape, `embedding.convolution.${k}`, activation, maxObservations),
  );
  const head = createRowNetwork(mlpNetwork(spec), maxObservations);
  const numOwn = numBlockWeights(blocks);
  const last = { ...shapes[shapes.length - 1], layer: layers[layers.length - 1] };
  const size = { numObservations: 0 };
  const convolved = new Float64Array(maxObservations * last.numPositions * last.numFilters);
  return {
    numSummaries: spec.numSummaries,
    numWeights: numOwn + head.memory.positions.length,
    setWeights(weights) {
      writeFlatWeights(memory, weights);
      writeFlatWeights(head.memory, weights.subarray(numOwn));
      for (const layer of layers) layer.refresh();
      head.refresh();
    },
    evaluate({ values, numObservations }, summaries) {
      size.numObservations = numObservations;
      let below: Convolution["output"] = { values, positionStride: numChannels, observationStride: numInputs };
      for (const layer of layers) {
        layer.run(below, numObservations);
        below = layer.output;
      }
      readMatrix(last.layer.value, numObservations * last.numPositions, convolved);
      head.run(convolved, numObservations);
      readMatrix(head.outputs, numObservations, summaries);
    },
    pullback(adjoint, weights) {
      const { numObservations } = size;
      writeMatrix(adjoint, numObservations, head.outputGradient);
      head.backward(true);
      addFlatGradient(head.memory, weights.subarray(numOwn));
      readMatrix(head.inputGradient, numObservations, convolved);
      writeMatrix(convolved, numObservations * last.numPositions, last.layer.valueGradient);
      for (let k = layers.length - 1; k >= 0; k--) layers[k].backward(numObservations, layers[k - 1]?.outputGradient);
      addFlatGradient(memory, weights);
    },
  };
}
