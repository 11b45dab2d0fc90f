import type { Rng } from "@poolish/core";
import { shuffle } from "@poolish/math";
import { BATCH_SIZE, type Classifier } from "./classifier.ts";

/** scikit-learn's `tol`, `n_iter_no_change` and `max_iter` as sbibm sets them. */
const TOLERANCE = 1e-4;
const PATIENCE = 10;
const MOST_EPOCHS = 10_000;

/** Share of the training rows that early stopping looks at, and the epochs that it waits for a better loss there. */
const VALIDATION_SHARE = 0.1;
const EARLY_PATIENCE = 20;

/** Trains to the end; calls `onEpoch` after each epoch. Returns the number of epochs. */
export type TrainClassifier = (
  classifier: Classifier,
  training: Int32Array,
  rng: Rng,
  onEpoch: () => Promise<void>,
) => Promise<number>;

/** One pass over the rows in a new order; returns their mean loss. */
function runEpoch(classifier: Classifier, rows: Int32Array, rng: Rng): number {
  shuffle(rng, rows);
  let sum = 0;
  for (let start = 0; start < rows.length; start += BATCH_SIZE) {
    const end = Math.min(start + BATCH_SIZE, rows.length);
    sum += classifier.step(rows, start, end) * (end - start);
  }
  return sum / rows.length;
}

/**
 * scikit-learn's rule without early stopping: ends once the *training* loss has been above its best - 1e-4 for more than
 * 10 epochs in a row, and keeps the last weights.
 */
export const trainToConvergence: TrainClassifier = async (classifier, training, rng, onEpoch) => {
  const rows = training.slice();
  let best = Infinity;
  let numIdle = 0;
  let epoch = 0;
  while (epoch < MOST_EPOCHS && numIdle <= PATIENCE) {
    const loss = runEpoch(classifier, rows, rng);
    numIdle = loss > best - TOLERANCE ? numIdle + 1 : 0;
    best = Math.min(best, loss);
    epoch++;
    await onEpoch();
  }
  return epoch;
};

/** Ends once the loss on a tenth of the training rows, set aside, has not fallen by 1e-4 for 20 epochs; keeps the best weights. */
export const trainWithEarlyStopping: TrainClassifier = async (classifier, training, rng, onEpoch) => {
  const numValidation = Math.ceil(VALIDATION_SHARE * training.length);
  const order = training.slice();
  shuffle(rng, order);
  const validation = order.subarray(0, numValidation);
  const rows = order.subarray(numValidation);
  let best = Infinity;
  let kept = classifier.weights();
  let numIdle = 0;
  let epoch = 0;
  while (epoch < MOST_EPOCHS && numIdle < EARLY_PATIENCE) {
    runEpoch(classifier, rows, rng);
    const { logLoss } = classifier.score(validation);
    numIdle = logLoss > best - TOLERANCE ? numIdle + 1 : 0;
    if (logLoss < best) kept = classifier.weights();
    best = Math.min(best, logLoss);
    epoch++;
    await onEpoch();
  }
  classifier.setWeights(kept);
  return epoch;
};
