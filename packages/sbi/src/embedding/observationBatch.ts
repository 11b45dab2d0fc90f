import type { EmbeddingInputs } from "@poolish/estimators";

/** The inputs of all simulations: simulation i has the rows first[i] … first[i + 1) of `values`. */
export interface ObservedTrials {
  readonly width: number;
  readonly values: Float64Array;
  readonly first: Int32Array;
}

/** Gathers the observations of simulations `indices`, at most `maxBatch`; what it returns is valid until the next call. */
export function createObservationBatch(
  { width, values, first }: ObservedTrials,
  maxBatch: number,
): (indices: Int32Array) => EmbeddingInputs {
  const room = mostTrials(first, maxBatch);
  const gathered = new Float64Array(room * width);
  const observationOfTrial = new Int32Array(room);
  return (indices) => {
    let at = 0;
    for (let i = 0; i < indices.length; i++) {
      const start = first[indices[i]];
      const end = first[indices[i] + 1];
      for (let k = start * width; k < end * width; k++) gathered[at * width + k - start * width] = values[k];
      observationOfTrial.fill(i, at, at + end - start);
      at += end - start;
    }
    const observed = observationOfTrial.subarray(0, at);
    return { numObservations: indices.length, values: gathered, observationOfTrial: observed };
  };
}

/** The most trials that `count` simulations can have together. */
export function mostTrials(first: Int32Array, count: number): number {
  const sizes = Int32Array.from({ length: first.length - 1 }, (_, i) => first[i + 1] - first[i]).sort();
  return sizes.subarray(Math.max(0, sizes.length - count)).reduce((sum, size) => sum + size, 0);
}
