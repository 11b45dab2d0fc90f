import { requireCount, rngFromSeed } from "@poolish/core";
import { shuffle } from "@poolish/math";
import type { Samples } from "../samples.ts";
import { type C2stOptions, classify, comparable } from "./c2st.ts";
import { type C2stNull, normalNull } from "./c2stNull.ts";

export interface C2stPermutationOptions extends C2stOptions {
  /** How many times the test is run; 20 unless told, 2 or more. */
  readonly numPermutations?: number;
}

export interface C2stPermutationNull extends C2stNull {
  /** The accuracies under permuted labels. */
  readonly accuracies: readonly number[];
}

/** Streams of permutations lie beyond those of folds and networks. */
const PERMUTATION_STREAM = 1_000_000;

/**
 * The null distribution of `c2st(x, y, options)` for these very draws: the whole test runs again and again with the labels
 * permuted among the rows. Holds for either mode and for any sizes, at `numPermutations` times the cost. `pValue` is the
 * rank (1 + #{accuracies ≥ value}) / (1 + numPermutations), exact for independent draws; `threshold` the normal
 * approximation with the mean and standard deviation found.
 * @throws PoolishError as `c2st` does.
 */
export async function c2stPermutationNull(
  x: Samples,
  y: Samples,
  options: C2stPermutationOptions = {},
): Promise<C2stPermutationNull> {
  const { numPermutations = 20, seed = 1, onProgress, ...rest } = options;
  requireCount("numPermutations", numPermutations, 2);
  requireCount("seed", seed, 0);
  const data = comparable(x, y);
  const root = rngFromSeed(seed).foldIn(PERMUTATION_STREAM);
  const accuracies: number[] = [];
  for (let p = 0; p < numPermutations; p++) {
    const labels = Int32Array.from(data.labels);
    shuffle(root.foldIn(p), labels);
    const { accuracy } = await classify({ ...data, labels: Uint8Array.from(labels) }, { ...rest, seed });
    accuracies.push(accuracy);
    onProgress?.({ task: "c2st permutations", done: p + 1, total: numPermutations });
  }
  const mean = accuracies.reduce((sum, each) => sum + each, 0) / numPermutations;
  const squares = accuracies.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return {
    ...normalNull(mean, Math.sqrt(squares / (numPermutations - 1))),
    accuracies,
    pValue: (accuracy) => (1 + accuracies.filter((each) => each >= accuracy).length) / (1 + numPermutations),
  };
}
