import { type CancelSignal, type OnProgress, PoolishError, pause, type Rng, throwIfAborted } from "@poolish/core";
import type { EpochLoss } from "@poolish/estimators";
import { shuffle } from "@poolish/math";
import { createAdam } from "./adam.ts";
import { keptEpoch } from "./keptEpoch.ts";
import { learningRate } from "./learningRate.ts";
import type { TrainableDensity } from "./trainableDensity.ts";

export interface FitOptions {
  readonly rng: Rng;
  readonly training: Int32Array;
  readonly validation: Int32Array;
  readonly batchSize: number;
  readonly numEpochs: number;
  /** Adam's largest step size. */
  readonly peakLearningRate: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

export interface FitResult {
  readonly weights: Float32Array;
  readonly history: readonly EpochLoss[];
  /** Index in `history` of the epoch whose weights were kept. */
  readonly keptEpoch: number;
  /** Mean log-density of the held-out simulations under the weights that were kept. */
  readonly heldOutLogDensity: number;
}

/**
 * Minimises the mean negative log-density by Adam (Kingma & Ba 2015) under one cosine cycle. TensorFlow.js owns the flat
 * variable and the optimiser. The same streams and backend give the same weights.
 * @throws PoolishError (numerical) when the loss stops being a number, (cancelled) when the signal is aborted.
 */
export async function fit(density: TrainableDensity, options: FitOptions): Promise<FitResult> {
  const { validation, numEpochs, onProgress, signal } = options;
  const epochs = createEpochs(density, options);
  const history: EpochLoss[] = [];
  const snapshots: Float32Array[] = [];
  const heldOut: Float64Array[] = [];
  try {
    for (let epoch = 0; epoch < numEpochs; epoch++) {
      const trainingLoss = epochs.run(epoch);
      const variables = epochs.variables();
      const logDensities = new Float64Array(validation.length);
      density.logDensities(variables, validation, logDensities);
      const validationLoss = -mean(logDensities);
      requireFiniteLoss(trainingLoss + validationLoss, epoch);
      history.push({ training: trainingLoss, validation: validationLoss });
      snapshots.push(variables);
      heldOut.push(logDensities);
      const message = `held-out loss ${validationLoss.toFixed(4)} nats`;
      onProgress?.({ task: "train", done: epoch + 1, total: numEpochs, message });
      await pause();
      throwIfAborted(signal, "train");
    }
  } finally {
    epochs.dispose();
  }
  const kept = keptEpoch(heldOut);
  return {
    weights: density.weights(snapshots[kept]),
    history,
    keptEpoch: kept,
    heldOutLogDensity: mean(heldOut[kept]),
  };
}

interface Epochs {
  /** Trains on every simulation once (but for an incomplete last batch); returns the mean loss. */
  run(epoch: number): number;
  variables(): Float32Array;
  dispose(): void;
}

function createEpochs(density: TrainableDensity, options: FitOptions): Epochs {
  const { rng, training, batchSize, numEpochs, peakLearningRate } = options;
  const adam = createAdam(density);
  const order = training.slice();
  const numBatches = Math.max(1, Math.floor(order.length / batchSize));
  const numSteps = numEpochs * numBatches;
  return {
    run(epoch) {
      shuffle(rng.foldIn(epoch), order);
      let total = 0;
      for (let b = 0; b < numBatches; b++) {
        const batch = order.subarray(b * batchSize, (b + 1) * batchSize);
        total += adam.step(batch, learningRate(peakLearningRate, epoch * numBatches + b, numSteps));
      }
      return total / numBatches;
    },
    variables: adam.variables,
    dispose: adam.dispose,
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function requireFiniteLoss(loss: number, epoch: number): void {
  if (Number.isFinite(loss)) return;
  throw new PoolishError(`the loss is ${loss} after epoch ${epoch + 1}`, {
    kind: "numerical",
    field: "train",
    remedy: "Lower learningRate, and look for extreme values among the simulations.",
  });
}
