import type { Rng } from "@poolish/core";

/** Training and held-out rows of one fold. */
export interface Fold {
  readonly training: Int32Array;
  readonly heldOut: Int32Array;
}

/** Shuffles in place: every order equally likely (Fisher–Yates; Knuth 1997, algorithm 3.4.2P). */
export function shuffle(rng: Rng, values: Int32Array): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(rng.uniform() * (i + 1));
    const value = values[i];
    values[i] = values[j];
    values[j] = value;
  }
}

/**
 * Cuts the rows 0 … numRows - 1 in a random order into `numFolds` held-out sets, sizes as equal as can be with the larger
 * ones first (scikit-learn's KFold with shuffle); not stratified.
 */
export function kFolds(rng: Rng, numRows: number, numFolds: number): Fold[] {
  const order = Int32Array.from({ length: numRows }, (_, i) => i);
  shuffle(rng, order);
  const size = Math.floor(numRows / numFolds);
  const numLarger = numRows % numFolds;
  return Array.from({ length: numFolds }, (_, k) => {
    const start = k * size + Math.min(k, numLarger);
    const end = start + size + (k < numLarger ? 1 : 0);
    const training = new Int32Array(numRows - (end - start));
    training.set(order.subarray(0, start));
    training.set(order.subarray(end), start);
    return { training, heldOut: order.slice(start, end) };
  });
}
