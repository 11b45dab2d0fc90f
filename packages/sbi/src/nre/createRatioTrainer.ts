import { createRatioNetwork, type RatioSpec } from "@poolish/estimators";
import type { EncodedSimulations, Encoding } from "../encodedSimulations.ts";
import type { Simulations } from "../simulations.ts";
import { placeWeights } from "../training/placedWeights.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import { balancePenalty } from "./balancePenalty.ts";
import { type ContrastGroup, createContrastBatch, pairOf } from "./contrastBatch.ts";
import { type ContrastiveLoss, contrastiveLoss } from "./contrastiveLoss.ts";
import type { LocalGroups } from "./localGroups.ts";
import type { NreRecipe } from "./nre.ts";

export interface RatioTrainerOptions {
  readonly spec: RatioSpec;
  readonly recipe: Pick<NreRecipe, "loss" | "gamma" | "balance">;
  readonly numContrasts: number;
  readonly simulations: Simulations;
  readonly encoded: EncodedSimulations;
  readonly encoding: Encoding;
  /** Absent where θ are contrasted with θ from everywhere alone. */
  readonly localGroups?: LocalGroups;
  /** Flat weights. */
  readonly initial: Float32Array;
  readonly maxBatch: number;
}

/**
 * A ratio over simulations, for the training loop: its "log-density" of a simulation is minus the contrastive loss, whose
 * contrasts are the θ of the next simulations of the batch. The training loop shuffles batches, and a held-out
 * simulation meets the same contrasts in every epoch.
 *
 * To tell θ from others that lie anywhere teaches little of how near ones compare where posteriors are narrow. Beside the
 * batch, groups of simulations with θ near each other are therefore contrasted as well, by the loss of NRE-B: to restrict θ
 * to a region is to simulate from another prior, which changes the ratio by a function of x alone, to which that loss is
 * blind. Both losses are least at the same ratio.
 */
export function createRatioTrainer(options: RatioTrainerOptions): TrainableDensity {
  const { recipe, numContrasts, maxBatch, initial, localGroups } = options;
  const groups = createGroupLosses(options);
  const placed = placeWeights(initial, [], groups.memory);
  const lossOf = contrastiveLoss(recipe);
  const nearLoss = contrastiveLoss({ loss: "B", gamma: 1 });
  const wholeBatch = (indices: Int32Array): LossGroup => {
    return { indices, numContrasts: Math.min(numContrasts, indices.length - 1), lossOf };
  };
  return {
    ...placed,
    memory: groups.memory,
    lossAndGradient(values, indices, gradient) {
      placed.set(values);
      const near = localGroups?.(indices) ?? [];
      const all = [
        wholeBatch(indices),
        ...near.map((own) => ({ indices: own, numContrasts: own.length - 1, lossOf: nearLoss })),
      ];
      groups.evaluate(all);
      // What is told is the loss that the recipe names, so that it can be compared with the held-out one.
      let loss = 0;
      for (let i = 0; i < indices.length; i++) loss += groups.losses[i] / indices.length;
      if (recipe.loss === "balanced") loss += groups.balance(recipe.balance, all[0]);
      groups.pullback(all);
      placed.copyGradient(gradient);
      return loss;
    },
    logDensities(values, indices, out) {
      placed.during(values, () => {
        // The last block is as long as the others, so that its simulations meet as many contrasts: it may reach back.
        const length = Math.min(maxBatch, indices.length);
        for (let next = 0; next < indices.length; next += length) {
          const start = Math.min(next, indices.length - length);
          groups.evaluate([wholeBatch(indices.subarray(start, start + length))]);
          for (let i = 0; i < length; i++) out[start + i] = -groups.losses[i];
        }
      });
    },
  };
}

interface LossGroup extends ContrastGroup {
  readonly lossOf: ContrastiveLoss;
}

/** The network over groups of simulations: losses one a simulation, derivatives, and their pullback to the weights. */
function createGroupLosses(options: RatioTrainerOptions) {
  const { spec, numContrasts, maxBatch, simulations, encoded, encoding, localGroups } = options;
  const [maxRows, maxPairs] = [maxBatch, maxBatch * (numContrasts + 1)].map((n) => (localGroups ? 2 * n : n));
  const network = createRatioNetwork(spec, maxRows, maxPairs);
  const batch = createContrastBatch(simulations, encoded, encoding, maxRows, maxPairs);
  const [logRatios, bySimulation, gradient, adjoint] = Array.from({ length: 4 }, () => new Float64Array(maxPairs));
  const losses = new Float64Array(maxRows);
  return {
    memory: network.memory,
    losses,
    /** Derivatives are those of the first group's mean loss, plus the mean loss of all others together. */
    evaluate(groups: readonly LossGroup[]): void {
      network.setTerms(batch.gather(groups));
      const numRows = groups.reduce((sum, { indices }) => sum + indices.length, 0);
      network.evaluate(batch.features, numRows, logRatios);
      let from = 0;
      let row = 0;
      for (const { indices, numContrasts: K, lossOf } of groups) {
        const share = 1 / (row === 0 ? indices.length : numRows - groups[0].indices.length);
        for (let i = 0; i < indices.length; i++, row++) {
          const own = from + i * (K + 1);
          for (let k = 0; k <= K; k++) bySimulation[own + k] = logRatios[from + pairOf(i, k, indices.length, K)];
          const byPair = gradient.subarray(own, own + K + 1);
          losses[row] = lossOf(bySimulation.subarray(own, own + K + 1), K, byPair);
          for (let k = 0; k <= K; k++) byPair[k] *= share;
        }
        from += indices.length * (K + 1);
      }
    },
    /** The penalty of the first group; its derivatives join those of the loss. */
    balance(lambda: number, { indices, numContrasts: K }: ContrastGroup): number {
      return balancePenalty(lambda, bySimulation, indices.length, K, gradient);
    },
    /** To the gradient in memory. */
    pullback(groups: readonly ContrastGroup[]): void {
      let from = 0;
      for (const { indices, numContrasts: K } of groups) {
        for (let i = 0; i < indices.length; i++) {
          for (let k = 0; k <= K; k++) {
            adjoint[from + pairOf(i, k, indices.length, K)] = gradient[from + i * (K + 1) + k];
          }
        }
        from += indices.length * (K + 1);
      }
      network.pullback(adjoint, { weights: network.memory.gradient.values });
    },
  };
}
