import { attentionJetCapacity, createAttentionJet } from "../attention/attentionJet.ts";
import { termsAtOnce } from "../attention/columnTokens.ts";
import type { Field } from "../field.ts";
import { attentionInputs, type VectorFieldSpec } from "../vectorFieldSpec.ts";
import type { FieldJet } from "./fieldJet.ts";
import { jetBuffersCapacity } from "./jetBuffers.ts";
import { createSplitJet } from "./splitJet.ts";

/** Points times directions that go through a `SplitNetwork` with their tangents at once. */
const MOST_TANGENTS = 4096;

/** Terms, at most `maxTerms`, that should go through a jet at once. */
export function jetChunk({ columns, attention }: VectorFieldSpec, maxTerms: number): number {
  const D = columns.length;
  if (attention !== undefined) return termsAtOnce(maxTerms, D, D);
  return Math.max(1, Math.min(maxTerms, Math.floor(MOST_TANGENTS / D)));
}

/** Float32 elements that `createFieldJet` allocates in the field's kernels. */
export function fieldJetCapacity(spec: VectorFieldSpec, maxRows: number, maxTerms: number): number {
  const { attention } = spec;
  if (attention === undefined) return jetBuffersCapacity(spec, maxRows, maxTerms);
  return attentionJetCapacity(attention, attentionInputs(spec), maxTerms);
}

/** For up to `maxRows` rows, no more than the field has, and `maxTerms` terms. */
export function createFieldJet(field: Field, maxRows: number, maxTerms: number): FieldJet {
  const { attention } = field.network;
  if (attention === undefined) return createSplitJet(field, maxRows, maxTerms);
  return createAttentionJet(field, attention, maxTerms);
}
