import type { EncodedTerms, Gradients } from "../../density/conditionalDensity.ts";
import type { BaselineRow } from "../baseline.ts";
import type { Field } from "../field.ts";

/** Terms of a density, and what the field's baseline makes of them. Owns its buffers. */
export interface WhitenedTerms {
  /** Copies of the indices and conditions that were set. */
  readonly terms: EncodedTerms;
  /** Of the last `whiten`. */
  readonly features: Float64Array;
  /** numTerms × D; filled by `whiten`, or from outside before `colour`. */
  readonly z: Float64Array;
  /** The gradient in z, to be filled before `pullback`. */
  readonly zAdjoint: Float64Array;
  setTerms(terms: EncodedTerms): void;
  whiten(features: Float64Array): void;
  /** Overwrites columns with what stands behind z. */
  colour(features: Float64Array, columns: readonly Float64Array[]): void;
  /** ADDS the gradient in columns and features, where they are given, at the last `whiten`. */
  pullback(into: Gradients): void;
}

export function createWhitenedTerms({ spec, baseline }: Field, maxTerms: number): WhitenedTerms {
  const D = spec.columns.length;
  const y = new Float64Array(maxTerms * D);
  const z = new Float64Array(maxTerms * D);
  const zAdjoint = new Float64Array(maxTerms * D);
  const yAdjoint = new Float64Array(maxTerms * D);
  const none = new Float64Array(0);
  let terms: EncodedTerms = { numTerms: 0, rowOfTerm: new Int32Array(0), columns: [], conditions: none };
  const at: BaselineRow = { term: 0, row: 0, features: none, conditions: none };
  const pointTo = (term: number): BaselineRow => {
    at.term = term;
    at.row = terms.rowOfTerm[term];
    return at;
  };
  return {
    z,
    zAdjoint,
    get terms() {
      return terms;
    },
    get features() {
      return at.features;
    },
    setTerms(next) {
      const { numTerms } = next;
      const conditions = next.conditions.slice(0, numTerms * spec.numConditions);
      terms = { ...next, rowOfTerm: next.rowOfTerm.slice(0, numTerms), conditions };
      at.conditions = conditions;
      for (let d = 0; d < D; d++) for (let i = 0; i < numTerms; i++) y[i * D + d] = next.columns[d][i];
    },
    whiten(features) {
      at.features = features;
      for (let i = 0; i < terms.numTerms; i++) baseline.whiten(pointTo(i), y, z);
    },
    colour(features, columns) {
      at.features = features;
      for (let i = 0; i < terms.numTerms; i++) baseline.colour(pointTo(i), z, y);
      for (let d = 0; d < D; d++) for (let i = 0; i < terms.numTerms; i++) columns[d][i] = y[i * D + d];
    },
    pullback(into) {
      yAdjoint.fill(0, 0, terms.numTerms * D);
      for (let i = 0; i < terms.numTerms; i++) baseline.pullback(pointTo(i), zAdjoint, yAdjoint, into.features);
      if (into.columns === undefined) return;
      for (let d = 0; d < D; d++) for (let i = 0; i < terms.numTerms; i++) into.columns[d][i] += yAdjoint[i * D + d];
    },
  };
}
