import { createRatioNetwork, type RatioSpec } from "@poolish/estimators";
import type { EncodedSimulations, Encoding } from "../encodedSimulations.ts";
import type { Simulations } from "../simulations.ts";
import type { WeightDecay } from "../training/optimizer.ts";
import { placeWeights } from "../training/placedWeights.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import { balancePenalty } from "./balancePenalty.ts";
import { createContrastBatch, pairOf } from "./contrastBatch.ts";
import { type ContrastiveLoss, contrastiveLoss } from "./contrastiveLoss.ts";
import type { NreRecipe } from "./nre.ts";

export interface RatioTrainerOptions {
  readonly spec: RatioSpec;
  readonly recipe: Pick<NreRecipe, "loss" | "gamma" | "balance">;
  readonly numContrasts: number;
  readonly simulations: Simulations;
  readonly encoded: EncodedSimulations;
  readonly encoding: Encoding;
  /** Flat weights. */
  readonly initial: Float32Array;
  readonly decays: readonly WeightDecay[];
  readonly maxBatch: number;
}

/**
 * A ratio over simulations, for the training loop: its "log-density" of a simulation is minus the contrastive loss, whose
 * contrasts are the θ of the next simulations of the batch. The training loop shuffles batches, and a held-out
 * simulation meets the same contrasts in every epoch.
 */
export function createRatioTrainer(options: RatioTrainerOptions): TrainableDensity {
  const { spec, recipe, numContrasts, maxBatch, initial, decays } = options;
  const maxPairs = maxBatch * (numContrasts + 1);
  const network = createRatioNetwork(spec, maxBatch, maxPairs);
  const placed = placeWeights(initial, decays, network.memory);
  const batch = createContrastBatch(options.simulations, options.encoded, options.encoding, maxBatch, maxPairs);
  const lossOf = contrastiveLoss(recipe);
  const logRatios = new Float64Array(maxPairs);
  const adjoint = new Float64Array(maxPairs);
  const bySimulation = new Float64Array(maxPairs);
  const gradientBySimulation = new Float64Array(maxPairs);
  const losses = new Float64Array(maxBatch);
  const evaluate = (indices: Int32Array, K: number): void => {
    network.setTerms(batch.gather(indices, K));
    network.evaluate(batch.features, indices.length, logRatios);
    const count = indices.length;
    for (let i = 0; i < count; i++) {
      for (let k = 0; k <= K; k++) bySimulation[i * (K + 1) + k] = logRatios[pairOf(i, k, count, K)];
    }
    lossesOf(lossOf, bySimulation, count, K, losses, gradientBySimulation);
  };
  const contrastsAmong = (count: number): number => Math.min(numContrasts, count - 1);
  return {
    ...placed,
    memory: network.memory,
    lossAndGradient(values, indices, gradient) {
      const count = indices.length;
      const K = contrastsAmong(count);
      placed.set(values);
      evaluate(indices, K);
      let loss = 0;
      for (let i = 0; i < count; i++) loss += losses[i] / count;
      for (let t = 0; t < count * (K + 1); t++) gradientBySimulation[t] /= count;
      if (recipe.loss === "balanced") {
        loss += balancePenalty(recipe.balance, bySimulation, count, K, gradientBySimulation);
      }
      for (let i = 0; i < count; i++) {
        for (let k = 0; k <= K; k++) adjoint[pairOf(i, k, count, K)] = gradientBySimulation[i * (K + 1) + k];
      }
      network.pullback(adjoint, { weights: network.memory.gradient.values });
      placed.copyGradient(gradient);
      return loss;
    },
    logDensities(values, indices, out) {
      placed.during(values, () => {
        // The last block is as long as the others, so that its simulations meet as many contrasts: it may reach back.
        const length = Math.min(maxBatch, indices.length);
        for (let next = 0; next < indices.length; next += length) {
          const start = Math.min(next, indices.length - length);
          evaluate(indices.subarray(start, start + length), contrastsAmong(length));
          for (let i = 0; i < length; i++) out[start + i] = -losses[i];
        }
      });
    },
  };
}

/** Overwrites the losses of `count` simulations, and their derivatives in the log ratios. */
function lossesOf(
  lossOf: ContrastiveLoss,
  logRatios: Float64Array,
  count: number,
  K: number,
  losses: Float64Array,
  gradient: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const from = i * (K + 1);
    const end = from + K + 1;
    losses[i] = lossOf(logRatios.subarray(from, end), K, gradient.subarray(from, end));
  }
}
