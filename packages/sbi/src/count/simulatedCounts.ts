import { type CountMixtureSpec, type CountTerms, countEdge, type Feature, writeFeatures } from "@poolish/estimators";
import type { Simulations } from "../simulations.ts";

/** Simulations of one column of counts as a density sees them, and one batch of them at a time. */
export interface SimulatedCounts {
  /** Features of θ, count × numFeatures. */
  readonly features: Float64Array;
  /** √(k + ½), standardised. */
  readonly standardized: Float64Array;
  /** Features of the batch; valid until the next `gather`. */
  readonly batchFeatures: Float64Array;
  /** The terms of the simulations `batch`, one row each; valid until the next `gather`. At most `maxBatch` of them. */
  gather(batch: Int32Array): CountTerms;
}

export function createSimulatedCounts(
  { scale }: CountMixtureSpec,
  features: readonly Feature[],
  { count, theta, x, parameters }: Simulations,
  maxBatch: number,
): SimulatedCounts {
  const width = features.length;
  const all = new Float64Array(count * width);
  writeFeatures(features, theta, parameters.length, count, all);
  const lower = Float64Array.from(x, (k) => countEdge(scale, k));
  const upper = Float64Array.from(x, (k) => countEdge(scale, k + 1));
  const batchFeatures = new Float64Array(maxBatch * width);
  const terms = {
    numTerms: 0,
    rowOfTerm: Int32Array.from({ length: maxBatch }, (_, i) => i),
    lower: new Float64Array(maxBatch),
    upper: new Float64Array(maxBatch),
  };
  return {
    features: all,
    standardized: Float64Array.from(x, (k) => (Math.sqrt(k + 0.5) - scale.mean) / scale.standardDeviation),
    batchFeatures,
    gather(batch) {
      terms.numTerms = batch.length;
      for (let i = 0; i < batch.length; i++) {
        const from = batch[i];
        for (let f = 0; f < width; f++) batchFeatures[i * width + f] = all[from * width + f];
        terms.lower[i] = lower[from];
        terms.upper[i] = upper[from];
      }
      return terms;
    },
  };
}
