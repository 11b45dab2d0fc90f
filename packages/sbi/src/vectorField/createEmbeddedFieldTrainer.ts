import {
  addFlatGradient,
  createField,
  type Embedding,
  type EmbeddingInputs,
  writeFlatWeights,
} from "@poolish/estimators";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import type { FieldTrainerOptions } from "./createFieldTrainer.ts";
import { createFieldPasses } from "./fieldPasses.ts";

export interface EmbeddedFieldTrainerOptions extends FieldTrainerOptions {
  /** For at least `maxBatch` observations. */
  readonly embedding: Embedding;
  /** What `embedding` reads of the simulations `indices`, at most `maxBatch`. */
  readonly observe: (indices: Int32Array) => EmbeddingInputs;
}

/** A field and the embedding that it conditions on, for the training loop: one flat variable, the embedding's weights first. */
export function createEmbeddedFieldTrainer(options: EmbeddedFieldTrainerOptions): TrainableDensity {
  const { spec, embedding, observe, simulations, initial, decays, maxBatch } = options;
  const { numWeights: numEmbedding } = embedding;
  const field = createField(spec, maxBatch, maxBatch);
  const featureGradient = new Float64Array(maxBatch * spec.numFeatures);
  const summarise = (indices: Int32Array, features: Float64Array): void =>
    embedding.evaluate(observe(indices), features);
  const passes = createFieldPasses(field, { ...simulations, summarise }, options);
  const set = (values: Float32Array): void => {
    embedding.setWeights(values.subarray(0, numEmbedding));
    writeFlatWeights(field.memory, values.subarray(numEmbedding));
    field.refresh();
  };
  return {
    initial,
    decays,
    weights: (values) => values.slice(),
    lossAndGradient(values, indices, gradient) {
      set(values);
      featureGradient.fill(0);
      const loss = passes.train(indices, featureGradient);
      gradient.fill(0);
      addFlatGradient(field.memory, gradient.subarray(numEmbedding));
      embedding.pullback(featureGradient, gradient.subarray(0, numEmbedding));
      return loss;
    },
    logDensities(values, indices, out) {
      set(values);
      passes.judge(indices, out);
    },
  };
}
