import type { Rng } from "@poolish/core";
import type { Indices, Matrix } from "@poolish/kernels";
import { standardNormal } from "@poolish/math";
import { chooseIndex } from "./categoryHead.ts";
import { type HeadContext, numItems } from "./columnHead.ts";

/** Components narrower than exp(−7) or wider than exp(5) standard deviations of the residual are held there. */
export const SMALLEST_LOG_SCALE = -7;
export const LARGEST_LOG_SCALE = 5;

/** The density of a continuous column's residual, given its network's outputs. Owns its buffers. */
export interface MixtureHead {
  /** ADDS the log-density of the residuals in `x` (one a term), less the terms' log scales, to logTerms. */
  evaluate(logScales: Float64Array, logTerms: Float64Array): void;
  /**
   * At the last `evaluate`: overwrites the gradient of the network's outputs, and returns adjoint · ∂/∂residual of each term,
   * which the next call overwrites.
   */
  pullback(adjoints: Matrix): Float32Array;
  /** Overwrites residuals[0 … numTerms) with draws. */
  sample(rng: Rng, residuals: Float64Array): void;
}

/** From so many terms a row on, it pays to compute what a row's terms share once. */
const SHARED_TERMS = 4;
/** The most components that the kernels of such runs take. */
const MOST_SHARED_COMPONENTS = 500;

/**
 * A mixture of K normals (Bishop 1994, "Mixture density networks", in one dimension). An item's outputs are K logits of
 * weights, K means and K log scales, each held within [−7, 5]. `x` are the residuals that are evaluated.
 */
export function createMixtureHead(context: HeadContext, numComponents: number, x: Matrix): MixtureHead {
  const { kernels, network, size, itemIndices, maxTerms } = context;
  const { outputs, outputGradient } = network;
  const density = kernels.allocateVector(maxTerms);
  const byResidual = kernels.allocateVector(maxTerms);
  const pulled = kernels.allocateVector(maxTerms);
  // Partial derivatives of each term, at adjoint 1; where items are rows, they are summed over the terms of a row.
  const partials = kernels.allocateMatrix(maxTerms, 3 * numComponents);
  const runs = (): Indices | undefined => sharedItems(context, numComponents);
  return {
    evaluate(logScales, logTerms) {
      const { numTerms } = size;
      holdScales(outputs, numComponents, numItems(context));
      const rowOf = runs();
      if (rowOf !== undefined) kernels.mixtureRuns(x, outputs, rowOf, density, numTerms);
      else
        kernels.mixtureWithGradient("normal", x, outputs, itemIndices, null, density, byResidual, partials, numTerms);
      addDifferences(density.values, logScales, logTerms, numTerms);
    },
    pullback(adjoints) {
      const { numTerms, numRows } = size;
      if (itemIndices !== null) outputGradient.values.fill(0, 0, numRows * outputGradient.stride);
      const rowOf = runs();
      if (rowOf !== undefined) {
        kernels.mixtureRunsGradient(x, outputs, rowOf, adjoints, pulled, outputGradient, numTerms);
      } else {
        if (itemIndices === null) kernels.scaleRows(partials, adjoints, outputGradient, numTerms);
        else kernels.addScaledRows(partials, adjoints, itemIndices, outputGradient, numTerms);
        for (let i = 0; i < numTerms; i++) pulled.values[i] = adjoints.values[i] * byResidual.values[i];
      }
      releaseScales(outputs, outputGradient, numComponents, numItems(context));
      return pulled.values;
    },
    sample(rng, residuals) {
      holdScales(outputs, numComponents, numItems(context));
      sampleMixtures(rng, context, numComponents, residuals);
    },
  };
}

/** The rows of terms that share them; undefined where rows have too few terms each. */
function sharedItems({ itemIndices, size }: HeadContext, numComponents: number): Indices | undefined {
  if (itemIndices === null || numComponents > MOST_SHARED_COMPONENTS) return undefined;
  return size.numTerms >= SHARED_TERMS * size.numRows ? itemIndices : undefined;
}

/** At least the float32 elements that `createMixtureHead` allocates. */
export function mixtureHeadCapacity(numComponents: number, maxTerms: number): number {
  return (maxTerms + 4) * (3 + 3 * numComponents + 8);
}

/** ADDS a − b to `to`. */
function addDifferences(a: Float32Array, b: Float64Array, to: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) to[i] += a[i] - b[i];
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
