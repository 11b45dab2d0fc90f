import type { EpochLoss } from "@poolish/estimators";

/** Share of the running mean of held-out losses that an epoch keeps. */
const SMOOTHING = 0.6;
/** Epochs without a new best before training ends: this share of all, and no fewer than FEWEST. */
const PATIENCE = 0.25;
const FEWEST = 10;

/**
 * True when the smoothed held-out loss has not come below its best for a quarter of the planned epochs. The last part of a
 * cosine cycle nearly always brings a new best, so this ends runs that have begun to learn the simulations by heart.
 */
export function isOverfitting(history: readonly EpochLoss[], numEpochs: number): boolean {
  let smoothed = history[0].validation;
  let best = smoothed;
  let bestEpoch = 0;
  history.forEach(({ validation }, epoch) => {
    smoothed = SMOOTHING * smoothed + (1 - SMOOTHING) * validation;
    if (smoothed >= best) return;
    best = smoothed;
    bestEpoch = epoch;
  });
  return history.length - 1 - bestEpoch >= Math.max(FEWEST, Math.round(PATIENCE * numEpochs));
}
