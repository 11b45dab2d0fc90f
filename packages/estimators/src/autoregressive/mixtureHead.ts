import type { Rng } from "@poolish/core";
import type { Matrix } from "@poolish/kernels";
import { standardNormal } from "@poolish/math";
import { chooseIndex } from "./categoryHead.ts";
import { type HeadContext, numItems } from "./columnHead.ts";

/** Components narrower than exp(−7) or wider than exp(5) standard deviations of the residual are held there. */
export const SMALLEST_LOG_SCALE = -7;
export const LARGEST_LOG_SCALE = 5;

/** The density of a continuous column's residual, given its network's outputs. Owns its buffers. */
export interface MixtureHead {
  /** ADDS the log-density of the residuals in `x` (one a term) to logTerms. */
  evaluate(logTerms: Float64Array): void;
  /**
   * At the last `evaluate`: overwrites the gradient of the network's outputs, and ADDS adjoint · ∂/∂residual. `adjoints` are
   * the same numbers in the kernels' memory.
   */
  pullback(adjoint: Float64Array, adjoints: Matrix, residualGradient: Float64Array): void;
  /** Overwrites residuals[0 … numTerms) with draws. */
  sample(rng: Rng, residuals: Float64Array): void;
}

/**
 * A mixture of K normals (Bishop 1994, "Mixture density networks", in one dimension). An item's outputs are K logits of
 * weights, K means and K log scales, each held within [−7, 5]. `x` are the residuals that are evaluated.
 */
export function createMixtureHead(context: HeadContext, numComponents: number, x: Matrix): MixtureHead {
  const { kernels, network, size, itemIndices, maxTerms } = context;
  const { outputs, outputGradient } = network;
  const density = kernels.allocateVector(maxTerms);
  // Partial derivatives of each term, at adjoint 1; where items are rows, they are summed over the terms of a row.
  const byResidual = kernels.allocateVector(maxTerms);
  const partials = kernels.allocateMatrix(maxTerms, 3 * numComponents);
  return {
    evaluate(logTerms) {
      const { numTerms } = size;
      holdScales(outputs, numComponents, numItems(context));
      kernels.mixtureWithGradient("normal", x, outputs, itemIndices, null, density, byResidual, partials, numTerms);
      for (let i = 0; i < numTerms; i++) logTerms[i] += density.values[i];
    },
    pullback(adjoint, adjoints, residualGradient) {
      const { numTerms, numRows } = size;
      if (itemIndices === null) kernels.scaleRows(partials, adjoints, outputGradient, numTerms);
      else {
        outputGradient.values.fill(0, 0, numRows * outputGradient.stride);
        kernels.addScaledRows(partials, adjoints, itemIndices, outputGradient, numTerms);
      }
      releaseScales(outputs, outputGradient, numComponents, numItems(context));
      for (let i = 0; i < numTerms; i++) residualGradient[i] += adjoint[i] * byResidual.values[i];
    },
    sample(rng, residuals) {
      holdScales(outputs, numComponents, numItems(context));
      sampleMixtures(rng, context, numComponents, residuals);
    },
  };
}

/** At least the float32 elements that `createMixtureHead` allocates. */
export function mixtureHeadCapacity(numComponents: number, maxTerms: number): number {
  return (maxTerms + 4) * (2 + 3 * numComponents + 8);
}

/** Clamps the log scales of items in place. */
function holdScales({ values, stride }: Matrix, K: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const from = i * stride + 2 * K;
    for (let at = from; at < from + K; at++) {
      if (values[at] < SMALLEST_LOG_SCALE) values[at] = SMALLEST_LOG_SCALE;
      else if (values[at] > LARGEST_LOG_SCALE) values[at] = LARGEST_LOG_SCALE;
    }
  }
}

/** Log scales that were clamped have no gradient. */
function releaseScales({ values, stride }: Matrix, gradient: Matrix, K: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const from = i * stride + 2 * K;
    for (let at = from; at < from + K; at++) {
      if (values[at] <= SMALLEST_LOG_SCALE || values[at] >= LARGEST_LOG_SCALE) gradient.values[at] = 0;
    }
  }
}

function sampleMixtures(
  rng: Rng,
  { network, size, itemOfTerm }: HeadContext,
  K: number,
  residuals: Float64Array,
): void {
  const { values, stride } = network.outputs;
  const weights = new Float64Array(K);
  let item = -1;
  for (let i = 0; i < size.numTerms; i++) {
    const from = itemOfTerm[i] * stride;
    if (itemOfTerm[i] !== item) {
      item = itemOfTerm[i];
      softmax(values, from, weights);
    }
    const k = chooseIndex(rng, weights, K);
    residuals[i] = values[from + K + k] + Math.exp(values[from + 2 * K + k]) * standardNormal(rng);
  }
}

/** Overwrites `weights` with the softmax of as many logits from `from` on. */
function softmax(logits: Float32Array, from: number, weights: Float64Array): void {
  let largest = -Infinity;
  for (let k = 0; k < weights.length; k++) largest = Math.max(largest, logits[from + k]);
  let total = 0;
  for (let k = 0; k < weights.length; k++) {
    weights[k] = Math.exp(logits[from + k] - largest);
    total += weights[k];
  }
  for (let k = 0; k < weights.length; k++) weights[k] /= total;
}
