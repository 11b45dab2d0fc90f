import type { ConditionalDensity, Embedding } from "@poolish/estimators";
import { createObservationBatch, type ObservedTrials } from "../embedding/observationBatch.ts";
import { createSimulationBatch, type EncodedSimulations } from "../encodedSimulations.ts";
import type { WeightDecay } from "../training/optimizer.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";

export interface EmbeddedTrainerOptions {
  /** For at least `maxBatch` rows and terms. */
  readonly density: ConditionalDensity;
  /** For at least `maxBatch` observations. */
  readonly embedding: Embedding;
  /** Without features: those are the embedding's summaries. */
  readonly simulations: EncodedSimulations;
  readonly observations: ObservedTrials;
  /** Flat weights: the embedding's, then the density's. */
  readonly initial: Float32Array;
  readonly decays: readonly WeightDecay[];
  readonly maxBatch: number;
}

/** A density and the embedding that it conditions on, for the training loop: one flat variable. */
export function createEmbeddedTrainer(options: EmbeddedTrainerOptions): TrainableDensity {
  const { density, embedding, simulations, initial, decays, maxBatch } = options;
  const { numSummaries, numWeights: numEmbedding } = embedding;
  const batch = createSimulationBatch(simulations, maxBatch);
  const observed = createObservationBatch(options.observations, maxBatch);
  const summaries = new Float64Array(maxBatch * numSummaries);
  const summaryGradient = new Float64Array(maxBatch * numSummaries);
  const logTerms = new Float64Array(maxBatch);
  const adjoint = new Float64Array(maxBatch);
  const set = (values: Float32Array): void => {
    embedding.setWeights(values.subarray(0, numEmbedding));
    density.setWeights(values.subarray(numEmbedding));
  };
  const evaluate = (indices: Int32Array): void => {
    embedding.evaluate(observed(indices), summaries);
    density.setTerms(batch.gather(indices));
    density.evaluate(summaries, indices.length, logTerms);
  };
  return {
    initial,
    decays,
    weights: (values) => values.slice(),
    lossAndGradient(values, indices, gradient) {
      const count = indices.length;
      set(values);
      evaluate(indices);
      let loss = 0;
      for (let i = 0; i < count; i++) loss -= (logTerms[i] + batch.logJacobian[i]) / count;
      adjoint.fill(-1 / count, 0, count);
      gradient.fill(0);
      summaryGradient.fill(0);
      density.pullback(adjoint, { features: summaryGradient, weights: gradient.subarray(numEmbedding) });
      embedding.pullback(summaryGradient, gradient.subarray(0, numEmbedding));
      return loss;
    },
    logDensities(values, indices, out) {
      set(values);
      for (let start = 0; start < indices.length; start += maxBatch) {
        const block = indices.subarray(start, start + maxBatch);
        evaluate(block);
        for (let i = 0; i < block.length; i++) out[start + i] = logTerms[i] + batch.logJacobian[i];
      }
    },
  };
}
