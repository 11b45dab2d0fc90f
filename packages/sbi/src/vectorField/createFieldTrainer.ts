import type { Rng } from "@poolish/core";
import { createField, type VectorFieldSpec } from "@poolish/estimators";
import type { WeightDecay } from "../training/optimizer.ts";
import { placeWeights } from "../training/placedWeights.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import type { FieldLoss } from "./fieldLoss.ts";
import { createNoisyBatch, type FieldSimulations, type NoisyBatch } from "./noisyBatch.ts";

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

/** Places on the path at which a held-out simulation is judged, each with noise and its opposite. */
const NUM_VALIDATION_PLACES = 10;

/**
 * A field over simulations, for the training loop: its "negative log-density" is the weighted squared error of the field.
 * The noise of a batch is named by the batch itself, so that training goes on from a checkpoint as if there had been no
 * break, and a batch is spread evenly over the path (one simulation for each of as many equal parts, all shifted alike). A
 * held-out simulation meets the same places and noise in every epoch.
 */
export function createFieldTrainer(options: FieldTrainerOptions): TrainableDensity {
  const { spec, initial, decays, rng, loss, maxBatch, simulations } = options;
  const field = createField(spec, maxBatch, maxBatch);
  const memory = { ...field.memory, refresh: field.refresh };
  const placed = placeWeights(initial, decays, memory);
  const batch = createNoisyBatch(field, simulations, loss, maxBatch);
  const [batchRng, validationRng] = rng.split(2);
  return {
    initial: placed.initial,
    decays: placed.decays,
    memory,
    weights: placed.weights,
    lossAndGradient(values, indices, gradient) {
      placed.set(values);
      const noise = batchRng.foldIn(hash(indices));
      const shift = noise.uniform();
      const count = indices.length;
      for (let i = 0; i < count; i++) batch.quantiles[i] = (i + shift) / count;
      batch.gather(indices, noise);
      batch.evaluate();
      batch.writeOutputGradient();
      field.backward();
      placed.copyGradient(gradient);
      let sum = 0;
      for (let i = 0; i < count; i++) sum += batch.losses[i];
      return sum / count;
    },
    logDensities(values, indices, out) {
      placed.during(values, () => {
        for (let start = 0; start < indices.length; start += maxBatch) {
          judge(batch, indices.subarray(start, start + maxBatch), validationRng.foldIn(start), out.subarray(start));
        }
      });
    },
  };
}

/** Overwrites `out` with minus the loss of each simulation of `block`, over all places and both signs of the noise. */
function judge(batch: NoisyBatch, block: Int32Array, rng: Rng, out: Float64Array): void {
  out.fill(0, 0, block.length);
  batch.gather(block, rng);
  for (let k = 0; k < 2 * NUM_VALIDATION_PLACES; k++) {
    batch.quantiles.fill(((k >> 1) + 0.5) / NUM_VALIDATION_PLACES, 0, block.length);
    if (k > 0) batch.reflect();
    batch.evaluate();
    for (let i = 0; i < block.length; i++) out[i] -= batch.losses[i] / (2 * NUM_VALIDATION_PLACES);
  }
}

/** One number for a batch: FNV-1a over its indices (Fowler, Noll & Vo). */
function hash(indices: Int32Array): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < indices.length; i++) value = Math.imul(value ^ indices[i], 0x01000193);
  return value >>> 0;
}
