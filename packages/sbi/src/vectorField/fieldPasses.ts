import type { Rng } from "@poolish/core";
import type { Field } from "@poolish/estimators";
import type { FieldLoss } from "./fieldLoss.ts";
import { createNoisyBatch, type FieldSimulations, type NoisyBatch } from "./noisyBatch.ts";

/** What trainers of fields do with simulations, by the weights that the field has. */
export interface FieldPasses {
  /**
   * The mean loss of the simulations `indices`. Leaves its gradient in the weights in the field's memory, and ADDS that in the
   * features (indices × numFeatures) where it is given.
   */
  train(indices: Int32Array, featureGradient?: Float64Array): number;
  /** Overwrites `out` with minus the loss of each held-out simulation. */
  judge(indices: Int32Array, out: Float64Array): void;
}

/** Places on the path at which a held-out simulation is judged, each with noise and its opposite. */
const NUM_VALIDATION_PLACES = 10;

/**
 * The noise of a batch is named by the batch itself, so that training goes on from a checkpoint as if there had been no
 * break, and a batch is spread evenly over the path (one simulation for each of as many equal parts, all shifted alike). A
 * held-out simulation meets the same places and noise in every epoch.
 * @param rng names the noise of this member.
 */
export function createFieldPasses(
  field: Field,
  simulations: FieldSimulations,
  { loss, rng, maxBatch }: { readonly loss: FieldLoss; readonly rng: Rng; readonly maxBatch: number },
): FieldPasses {
  const batch = createNoisyBatch(field, simulations, loss, maxBatch);
  const [batchRng, validationRng] = rng.split(2);
  return {
    train(indices, featureGradient) {
      const noise = batchRng.foldIn(hash(indices));
      const shift = noise.uniform();
      const count = indices.length;
      for (let i = 0; i < count; i++) batch.quantiles[i] = (i + shift) / count;
      batch.gather(indices, noise);
      batch.evaluate();
      batch.writeOutputGradient();
      field.backward(featureGradient);
      let sum = 0;
      for (let i = 0; i < count; i++) sum += batch.losses[i];
      return sum / count;
    },
    judge(indices, out) {
      for (let start = 0; start < indices.length; start += maxBatch) {
        const block = indices.subarray(start, start + maxBatch);
        judgeBlock(batch, block, validationRng.foldIn(start), out.subarray(start));
      }
    },
  };
}

/** Overwrites `out` with minus the loss of each simulation of `block`, over all places and both signs of the noise. */
function judgeBlock(batch: NoisyBatch, block: Int32Array, rng: Rng, out: Float64Array): void {
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
