import type { Rng } from "@poolish/core";
import type { Field } from "../field.ts";
import { DRAW_BLOCK, type FieldRows } from "../sampling/drawObservations.ts";
import { drawTerms } from "../sampling/drawTerms.ts";
import type { EncodedPrior } from "../vectorFieldEstimator.ts";
import { invertPositiveDefinite } from "./matrices.ts";

/** A Gaussian by its precision. */
export interface Precise {
  readonly mean: Float64Array;
  readonly precision: Float64Array;
}

/**
 * Trials of one observation in coordinates that all of them share: v = L⁻¹ y with the baseline's factor L. A trial's own z
 * is v less its `offset`.
 */
export interface Trials {
  readonly count: number;
  readonly features: Float64Array;
  /** count × D. */
  readonly offsets: Float64Array;
  /** Of each trial's posterior, from draws: centred second moments. Empty where they were not asked for. */
  readonly precisions: readonly Float64Array[];
  readonly prior: Precise;
  /** Overwrites y with L·v, rows of D. */
  colour(v: Float64Array, y: Float64Array): void;
}

/** Draws of each trial from which its covariance is taken: its relative error is then about √(2/1024), 4 %. */
const NUM_DRAWS = DRAW_BLOCK;

export function fitTrials(
  rng: Rng,
  field: Field,
  prior: EncodedPrior,
  { features, numRows }: FieldRows,
  withPrecisions: boolean,
): Trials {
  const D = field.spec.columns.length;
  const noConditions = new Float64Array(0);
  const origin = new Float64Array(D);
  const located = new Float64Array(numRows * D);
  // −L⁻¹(A·inputs + b) is what whitening makes of y = 0.
  for (let r = 0; r < numRows; r++) {
    const at = { term: 0, row: r, features, conditions: noConditions };
    const z = new Float64Array(D);
    field.baseline.whiten(at, origin, z);
    for (let d = 0; d < D; d++) located[r * D + d] = -z[d];
  }
  const factor = factorOf(field);
  const precisions = withPrecisions
    ? Array.from({ length: numRows }, (_, r) => trialPrecision(rng, field, features, r))
    : [];
  return {
    count: numRows,
    features,
    offsets: located,
    precisions,
    prior: whitenPrior(prior, factor, D),
    colour(v, y) {
      for (let at = 0; at < v.length; at += D) {
        for (let i = 0; i < D; i++) {
          let sum = 0;
          for (let j = 0; j <= i; j++) sum += factor[i * D + j] * v[at + j];
          y[at + i] = sum;
        }
      }
    },
  };
}

function factorOf({ memory, spec }: Field): Float64Array {
  const D = spec.columns.length;
  const { values, stride } = memory.matrix("baseline.factor").weights;
  return Float64Array.from({ length: D * D }, (_, i) => values[Math.floor(i / D) * stride + (i % D)]);
}

function trialPrecision(rng: Rng, field: Field, features: Float64Array, row: number): Float64Array {
  const D = field.spec.columns.length;
  const { numFeatures } = field.spec;
  field.setRows(features.subarray(row * numFeatures, (row + 1) * numFeatures), 1);
  field.setTerms(new Int32Array(NUM_DRAWS), new Float64Array(0), NUM_DRAWS);
  const z = new Float64Array(NUM_DRAWS * D);
  drawTerms(rng, field, z, {});
  const mean = new Float64Array(D);
  for (let i = 0; i < z.length; i++) mean[i % D] += z[i] / NUM_DRAWS;
  const covariance = new Float64Array(D * D);
  for (let i = 0; i < NUM_DRAWS; i++) {
    for (let a = 0; a < D; a++) {
      for (let b = 0; b < D; b++) {
        covariance[a * D + b] += ((z[i * D + a] - mean[a]) * (z[i * D + b] - mean[b])) / (NUM_DRAWS - 1);
      }
    }
  }
  const precision = invertPositiveDefinite(covariance, D);
  if (precision === undefined) throw new Error("the covariance of a trial's draws is not positive definite");
  return precision;
}

/** The prior of v = L⁻¹ y: its precision is Lᵀ·(precision of y)·L. */
function whitenPrior({ mean, covariance }: EncodedPrior, L: Float64Array, D: number): Precise {
  const precision = invertPositiveDefinite(Float64Array.from(covariance), D);
  if (precision === undefined) throw new Error("the prior's covariance is not positive definite");
  const whitened = new Float64Array(D * D);
  for (let i = 0; i < D; i++) {
    for (let j = 0; j < D; j++) {
      for (let a = 0; a < D; a++) {
        for (let b = 0; b < D; b++) whitened[i * D + j] += L[a * D + i] * precision[a * D + b] * L[b * D + j];
      }
    }
  }
  const v = new Float64Array(D);
  for (let i = 0; i < D; i++) {
    let sum = mean[i];
    for (let j = 0; j < i; j++) sum -= L[i * D + j] * v[j];
    v[i] = sum / L[i * D + i];
  }
  return { mean: v, precision: whitened };
}
