import { type CancelSignal, type OnProgress, PoolishError, pause, type Rng, throwIfAborted } from "@poolish/core";
import type { EpochLoss } from "@poolish/estimators";
import { shuffle } from "@poolish/math";
import type { FinishedMember, Snapshot } from "./checkpoint.ts";
import { isOverfitting } from "./isOverfitting.ts";
import { keptEpoch, pairedStandardError } from "./keptEpoch.ts";
import { createKernelAdam } from "./kernelAdam.ts";
import { learningRate } from "./learningRate.ts";
import type { Optimizer, OptimizerSettings, OptimizerState } from "./optimizer.ts";
import { requireSameTask } from "./requireSameTask.ts";
import type { TrainableDensity } from "./trainableDensity.ts";

/** How one member is trained. */
export interface TrainingSettings extends OptimizerSettings {
  readonly batchSize: number;
  readonly numEpochs: number;
  /** Adam's largest step size. */
  readonly peakLearningRate: number;
  /**
   * Never ends early. Training that goes on from good weights first loses by its larger steps what it wins back at the end
   * of its schedule, which looks like learning by heart.
   */
  readonly runsToTheEnd?: boolean;
  /**
   * Keeps the last weights, whatever the held-out simulations say: for training that does not learn by heart, where a better
   * early epoch is luck.
   */
  readonly keepsLast?: boolean;
  /**
   * Keeps the start unless what was learned is better on held-out simulations by more than one standard error: for starts
   * that are simple models of their own.
   */
  readonly prefersStart?: boolean;
}

/** Training between two epochs. */
export interface FitProgress {
  readonly history: readonly EpochLoss[];
  readonly snapshots: readonly Snapshot[];
  readonly optimizer: OptimizerState;
}

/** Makes the optimiser of one member, which goes on from a state where it is given one. */
export type CreateOptimizer = (
  density: TrainableDensity,
  settings: OptimizerSettings,
  from?: OptimizerState,
) => Optimizer;

export interface FitOptions {
  readonly rng: Rng;
  readonly training: Int32Array;
  readonly validation: Int32Array;
  readonly settings: TrainingSettings;
  /** Makes the optimiser; by default that of our kernels. */
  readonly createOptimizer?: CreateOptimizer;
  /** Goes on from where an earlier run of the same options was. */
  readonly from?: FitProgress;
  /** Is told the state after each epoch, where the optimiser can tell it. */
  readonly onEpoch?: (progress: FitProgress) => void;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

/**
 * Minimises the mean negative log-density by Adam (Kingma & Ba 2015) under one cosine cycle. Ends early when the held-out
 * loss keeps rising, and keeps the weights that `keptEpoch` chooses. The same streams and backend give the same weights.
 * @throws PoolishError (numerical) when the loss stops being a number, (cancelled) when the signal is aborted, (input) for a state
 * that other simulations, another split or another encoding left.
 */
export async function fit(density: TrainableDensity, options: FitOptions): Promise<FinishedMember> {
  const { validation, settings, onProgress, signal, from } = options;
  const { numEpochs } = settings;
  const optimizer = (options.createOptimizer ?? createKernelAdam)(density, settings, from?.optimizer);
  const history: EpochLoss[] = [...(from?.history ?? [])];
  const snapshots: Snapshot[] = [...(from?.snapshots ?? [snapshot(density, density.initial.slice(), validation)])];
  try {
    if (from !== undefined) requireSameTask(density, validation, from.snapshots[0]);
    for (let epoch = history.length; epoch < numEpochs && !endsEarly(snapshots, settings); epoch++) {
      throwIfAborted(signal, "train");
      const training = await runEpoch(optimizer, options, epoch);
      const latest = snapshot(density, optimizer.averages(), validation);
      const loss = { training, validation: -mean(latest.heldOut) };
      requireFiniteLoss(loss.training + loss.validation, epoch);
      history.push(loss);
      snapshots.push(latest);
      const state = optimizer.state?.();
      if (state !== undefined)
        options.onEpoch?.({ history: [...history], snapshots: [...snapshots], optimizer: state });
      const message = `held-out loss ${loss.validation.toFixed(4)} nats`;
      onProgress?.({ task: "train", done: epoch + 1, total: numEpochs, message });
      await pause();
    }
  } finally {
    optimizer.dispose();
  }
  const kept = chooseEpoch(
    snapshots.map(({ heldOut: logDensities }) => logDensities),
    settings,
  );
  const { weights, heldOut } = snapshots[kept];
  return { weights: density.weights(weights), history, keptEpoch: kept, heldOut };
}

/** Told before each epoch, so that a run that is resumed after its last one ends too. */
function endsEarly(snapshots: readonly Snapshot[], { runsToTheEnd, numEpochs }: TrainingSettings): boolean {
  if (runsToTheEnd === true) return false;
  return isOverfitting(
    snapshots.map(({ heldOut }) => heldOut),
    numEpochs,
  );
}

function chooseEpoch(heldOuts: readonly Float64Array[], { prefersStart = false, keepsLast }: TrainingSettings): number {
  if (keepsLast === true) return heldOuts.length - 1;
  const kept = keptEpoch(heldOuts);
  const [start] = heldOuts;
  const gain = mean(heldOuts[kept]) - mean(start);
  return prefersStart && gain <= pairedStandardError(start, heldOuts[kept]) ? 0 : kept;
}

function snapshot(density: TrainableDensity, weights: Float32Array, validation: Int32Array): Snapshot {
  const heldOut = new Float64Array(validation.length);
  density.logDensities(weights, validation, heldOut);
  return { weights, heldOut };
}

/** Steps between two looks at the event loop. */
const STEPS_PER_LOOK = 200;

/** Trains on every simulation once (but for an incomplete last batch); returns the mean loss. */
async function runEpoch(optimizer: Optimizer, options: FitOptions, epoch: number): Promise<number> {
  const { rng, training, settings, signal } = options;
  const { batchSize, numEpochs, peakLearningRate } = settings;
  const order = training.slice();
  shuffle(rng.foldIn(epoch), order);
  const numBatches = Math.max(1, Math.floor(order.length / batchSize));
  let total = 0;
  for (let b = 0; b < numBatches; b++) {
    if (b % STEPS_PER_LOOK === STEPS_PER_LOOK - 1) {
      await pause();
      throwIfAborted(signal, "train");
    }
    const batch = order.subarray(b * batchSize, (b + 1) * batchSize);
    const rate = learningRate(peakLearningRate, epoch * numBatches + b, numEpochs * numBatches);
    total += optimizer.step(batch, rate);
  }
  return total / numBatches;
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
