import type { Rng } from "@poolish/core";
import { type HeadContext, numItems } from "./columnHead.ts";

/** The density of a column of categories, given its network's outputs. Owns its buffers. */
export interface CategoryHead {
  /** ADDS the log-probability of codes[i] to logTerms[i]. */
  evaluate(codes: Float64Array, logTerms: Float64Array): void;
  /** At the last `evaluate`: overwrites the gradient of the network's outputs with Σ adjoint ∂/∂outputs. */
  pullback(codes: Float64Array, adjoint: Float64Array): void;
  /** Overwrites codes[0 … numTerms) with draws. */
  sample(rng: Rng, codes: Float64Array): void;
}

/** Codes 0 … numCategories − 1 with probabilities softmax(outputs). */
export function createCategoryHead(context: HeadContext): CategoryHead {
  const { kernels, network, size, itemOfTerm } = context;
  const { rows, columns, stride } = network.outputs;
  const logProbabilities = kernels.allocateMatrix(rows, columns);
  const adjoints = kernels.allocateMatrix(rows, columns);
  const probabilities = new Float64Array(columns);
  return {
    evaluate(codes, logTerms) {
      kernels.logSoftmaxRows(network.outputs, logProbabilities, numItems(context));
      const { values } = logProbabilities;
      for (let i = 0; i < size.numTerms; i++) logTerms[i] += values[itemOfTerm[i] * stride + codes[i]];
    },
    pullback(codes, adjoint) {
      const { values } = adjoints;
      values.fill(0, 0, numItems(context) * stride);
      for (let i = 0; i < size.numTerms; i++) values[itemOfTerm[i] * stride + codes[i]] += adjoint[i];
      kernels.logSoftmaxBackward(logProbabilities, adjoints, network.outputGradient, numItems(context));
    },
    sample(rng, codes) {
      kernels.softmaxRows(network.outputs, logProbabilities, numItems(context));
      for (let i = 0; i < size.numTerms; i++) {
        const from = itemOfTerm[i] * stride;
        for (let k = 0; k < columns; k++) probabilities[k] = logProbabilities.values[from + k];
        codes[i] = chooseIndex(rng, probabilities, columns);
      }
    },
  };
}

/** An index drawn with the first `length` of `probabilities`. */
export function chooseIndex(rng: Rng, probabilities: Float64Array, length: number): number {
  let left = rng.uniform();
  for (let k = 0; k < length - 1; k++) {
    left -= probabilities[k];
    if (left < 0) return k;
  }
  return length - 1;
}
