import { addFlatGradient, writeFlatWeights } from "../network/weightMemory.ts";
import type { Embedding } from "./embedding.ts";
import { mlpNetwork, type SetEmbeddingSpec } from "./embeddingSpec.ts";
import { createRowNetwork } from "./rowNetwork.ts";

/** Allocates the network for up to `maxTrials` in all sets together. */
export function createSetEmbedding(spec: SetEmbeddingSpec, maxTrials: number): Embedding {
  const { numSummaries } = spec;
  const network = createRowNetwork(mlpNetwork(spec), maxTrials);
  const { memory, outputs, outputGradient } = network;
  const numFeatures = numSummaries - 1;
  const sizeScale = sizeScaleOf(spec.numTrials);
  let observationOfTrial: Int32Array = new Int32Array(0);
  let sizes: Int32Array = new Int32Array(0);
  return {
    numSummaries,
    numWeights: memory.positions.length,
    memory: { ...memory, refresh: () => network.refresh() },
    setWeights(weights) {
      writeFlatWeights(memory, weights);
      network.refresh();
    },
    evaluate(inputs, summaries) {
      observationOfTrial = inputs.observationOfTrial;
      sizes = sizesOf(inputs.numObservations, observationOfTrial);
      network.run(inputs.values, observationOfTrial.length);
      for (let o = 0; o < sizes.length; o++) {
        summaries.fill(0, o * numSummaries, (o + 1) * numSummaries);
        summaries[o * numSummaries + numFeatures] = (Math.log(sizes[o]) - sizeScale.center) / sizeScale.width;
      }
      for (let t = 0; t < observationOfTrial.length; t++) {
        const o = observationOfTrial[t];
        for (let f = 0; f < numFeatures; f++) {
          summaries[o * numSummaries + f] += outputs.values[t * outputs.stride + f] / sizes[o];
        }
      }
    },
    pullback(adjoint, weights) {
      const { values, stride } = outputGradient;
      for (let t = 0; t < observationOfTrial.length; t++) {
        const o = observationOfTrial[t];
        for (let f = 0; f < numFeatures; f++) values[t * stride + f] = adjoint[o * numSummaries + f] / sizes[o];
      }
      network.backward(false);
      addFlatGradient(memory, weights);
    },
  };
}

function sizesOf(numObservations: number, observationOfTrial: Int32Array): Int32Array {
  const sizes = new Int32Array(numObservations);
  for (const observation of observationOfTrial) sizes[observation]++;
  return sizes;
}

/** Middle and standard deviation of log n where n is drawn uniformly on the logarithmic scale. */
function sizeScaleOf([fewest, most]: readonly [number, number]): { readonly center: number; readonly width: number } {
  const center = 0.5 * (Math.log(fewest) + Math.log(most));
  return { center, width: most > fewest ? Math.log(most / fewest) / Math.sqrt(12) : 1 };
}
