import type { Rng } from "@poolish/core";
import { createField, type VectorFieldSpec } from "@poolish/estimators";
import type { WeightDecay } from "../training/optimizer.ts";
import { placeWeights } from "../training/placedWeights.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import type { FieldLoss } from "./fieldLoss.ts";
import { createFieldPasses } from "./fieldPasses.ts";
import type { FieldSimulations } from "./noisyBatch.ts";

export interface FieldTrainerOptions {
  readonly spec: VectorFieldSpec;
  readonly simulations: FieldSimulations;
  /** Flat weights. */
  readonly initial: Float32Array;
  /** Ranges of flat weights. */
  readonly decays: readonly WeightDecay[];
  /** Names the noise of this member. */
  readonly rng: Rng;
  readonly loss: FieldLoss;
  readonly maxBatch: number;
}

/** A field over simulations, for the training loop: its "negative log-density" is the weighted squared error of the field. */
export function createFieldTrainer(options: FieldTrainerOptions): TrainableDensity {
  const { spec, initial, decays, maxBatch, simulations } = options;
  const field = createField(spec, maxBatch, maxBatch);
  const memory = { ...field.memory, refresh: field.refresh };
  const placed = placeWeights(initial, decays, memory);
  const passes = createFieldPasses(field, simulations, options);
  return {
    initial: placed.initial,
    decays: placed.decays,
    memory,
    weights: placed.weights,
    lossAndGradient(values, indices, gradient) {
      placed.set(values);
      const loss = passes.train(indices);
      placed.copyGradient(gradient);
      return loss;
    },
    logDensities(values, indices, out) {
      placed.during(values, () => passes.judge(indices, out));
    },
  };
}
