import type { Rng } from "@poolish/core";
import { createCountMixture } from "../count/countMixture.ts";
import { type CountScale, countEdge } from "../count/countScale.ts";
import { createMixtureRow, readMixtureRow } from "../count/mixtureRow.ts";
import { sampleMixture } from "../count/sampleMixture.ts";
import { type HeadContext, numItems } from "./columnHead.ts";

/** Place and scale of each term's mixture on the standardised scale of counts: see `GaussianLayer`. */
export interface TermScales {
  /** e of the count's own middle; and that middle. */
  readonly residual: Float64Array;
  readonly middle: Float64Array;
  /** σ and log σ of each term. */
  readonly scale: Float64Array;
  readonly logScale: Float64Array;
}

/**
 * The discretised mixture of normals as the head of a column of counts. Its network gives the shape alone (K logits, K
 * offsets, K log spreads); place and scale come from the Gaussian layer, whose residual e of the count's middle says where
 * the mixture's location lies: middle − e · scale.
 */
export interface CountHead {
  /** ADDS the log-mass of counts[i] to logTerms[i]. */
  evaluate(counts: Float64Array, logTerms: Float64Array): void;
  /**
   * At the last `evaluate`: overwrites the gradient of the network's outputs; ADDS to `residualGradient`; overwrites
   * `logScaleGradient` with the derivative in log scale at fixed residual.
   */
  pullback(adjoint: Float64Array, residualGradient: Float64Array, logScaleGradient: Float64Array): void;
  /** Overwrites residuals[0 … numTerms) with draws of e: the Gaussian layer places them, `countAt` makes them counts. */
  sample(rng: Rng, residuals: Float64Array): void;
}

export function createCountHead(
  context: HeadContext,
  numComponents: number,
  countScale: CountScale,
  scales: TermScales,
): CountHead {
  const { network, size, itemOfTerm, maxTerms } = context;
  const { outputs, outputGradient } = network;
  const numOutputs = 3 * numComponents;
  const width = numOutputs + 2;
  const mixture = createCountMixture(numComponents, maxTerms, maxTerms);
  const terms = {
    numTerms: 0,
    rowOfTerm: Int32Array.from({ length: maxTerms }, (_, i) => i),
    lower: new Float64Array(maxTerms),
    upper: new Float64Array(maxTerms),
  };
  const masses = new Float64Array(maxTerms);
  return {
    evaluate(counts, logTerms) {
      const { numTerms } = size;
      terms.numTerms = numTerms;
      for (let i = 0; i < numTerms; i++) {
        const from = itemOfTerm[i] * outputs.stride;
        const to = i * width;
        for (let o = 0; o < numOutputs; o++) mixture.outputs[to + o] = outputs.values[from + o];
        mixture.outputs[to + numOutputs] = scales.middle[i] - scales.residual[i] * scales.scale[i];
        mixture.outputs[to + numOutputs + 1] = scales.logScale[i];
        terms.lower[i] = countEdge(countScale, counts[i]);
        terms.upper[i] = countEdge(countScale, counts[i] + 1);
      }
      mixture.evaluate(numTerms, terms, masses);
      for (let i = 0; i < numTerms; i++) logTerms[i] += masses[i];
    },
    pullback(adjoint, residualGradient, logScaleGradient) {
      mixture.pullback(adjoint);
      outputGradient.values.fill(0, 0, numItems(context) * outputGradient.stride);
      for (let i = 0; i < size.numTerms; i++) {
        const from = i * width;
        const to = itemOfTerm[i] * outputGradient.stride;
        for (let o = 0; o < numOutputs; o++) outputGradient.values[to + o] += mixture.outputGradient[from + o];
        // location = middle − residual · scale.
        const byLocation = mixture.outputGradient[from + numOutputs];
        const bySpread = mixture.outputGradient[from + numOutputs + 1];
        residualGradient[i] -= byLocation * scales.scale[i];
        logScaleGradient[i] = bySpread - byLocation * scales.residual[i] * scales.scale[i];
      }
    },
    sample: (rng, residuals) => sampleShapes(rng, context, numComponents, residuals),
  };
}

/** Draws from each item's mixture at location 0 and log scale 0. */
function sampleShapes(
  rng: Rng,
  { network, size, itemOfTerm }: HeadContext,
  numComponents: number,
  residuals: Float64Array,
): void {
  const { values, stride } = network.outputs;
  const row = createMixtureRow(numComponents);
  const shape = new Float64Array(3 * numComponents + 2);
  for (let i = 0; i < size.numTerms; i++) {
    const from = itemOfTerm[i] * stride;
    for (let o = 0; o < 3 * numComponents; o++) shape[o] = values[from + o];
    readMixtureRow(row, shape, 0);
    residuals[i] = sampleMixture(rng, row);
  }
}

/** The middle of a count's interval on the standardised scale: what later columns and the Gaussian layer see of it. */
export function countMiddle({ mean, standardDeviation }: CountScale, k: number): number {
  return (Math.sqrt(k + 0.5) - mean) / standardDeviation;
}
