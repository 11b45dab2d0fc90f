import type { Rng } from "@poolish/core";
import type { Field } from "../field.ts";
import type { FieldSampling } from "../vectorFieldEstimator.ts";
import { drawTerms } from "./drawTerms.ts";

/** Terms that go through at once, and rows. */
export const DRAW_BLOCK = 1024;

/** Inputs of a field for each observation, row-major. */
export interface FieldRows {
  readonly features: Float64Array;
  readonly numRows: number;
}

/** A field of an ensemble, and its inputs for each observation, row-major. */
export interface FieldMember {
  readonly field: Field;
  readonly features: Float64Array;
}

/**
 * Overwrites y (numRows × count × D) with draws of the encoded columns, `count` for each row. With several members each draw
 * follows the field of one, chosen at random: draws of the mean of their densities.
 */
export function drawObservations(
  rng: Rng,
  members: readonly FieldMember[],
  numRows: number,
  count: number,
  options: FieldSampling,
  y: Float64Array,
): void {
  const K = members.length;
  const terms = Array.from({ length: numRows * count }, (_, i) => i);
  const member = terms.map(() => (K === 1 ? 0 : Math.min(K - 1, Math.floor(K * rng.uniform()))));
  members.forEach(({ field, features }, k) => {
    const own = K === 1 ? terms : terms.filter((term) => member[term] === k);
    for (let start = 0; start < own.length; start += DRAW_BLOCK) {
      drawBlock(rng, field, features, own.slice(start, start + DRAW_BLOCK), count, options, y);
    }
  });
}

function drawBlock(
  rng: Rng,
  field: Field,
  features: Float64Array,
  terms: readonly number[],
  count: number,
  options: FieldSampling,
  y: Float64Array,
): void {
  const { numFeatures, columns } = field.spec;
  const D = columns.length;
  const rows = [...new Set(terms.map((term) => Math.floor(term / count)))];
  const place = new Map(rows.map((row, r) => [row, r]));
  const rowOfTerm = Int32Array.from(terms, (term) => place.get(Math.floor(term / count)) ?? 0);
  const own = new Float64Array(rows.length * numFeatures);
  rows.forEach((row, r) => {
    own.set(features.subarray(row * numFeatures, (row + 1) * numFeatures), r * numFeatures);
  });
  const conditions = new Float64Array(0);
  field.setRows(own, rows.length);
  field.setTerms(rowOfTerm, conditions, terms.length);
  const z = new Float64Array(terms.length * D);
  drawTerms(rng, field, z, options);
  const drawn = new Float64Array(z.length);
  const at = { term: 0, row: 0, features: own, conditions };
  terms.forEach((term, i) => {
    at.term = i;
    at.row = rowOfTerm[i];
    field.baseline.colour(at, z, drawn);
    y.set(drawn.subarray(i * D, (i + 1) * D), term * D);
  });
}
