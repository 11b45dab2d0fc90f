import type { VectorFieldSpec } from "../vectorFieldSpec.ts";
import type { FieldJet } from "./fieldJet.ts";
import type { GridFlow } from "./gridFlow.ts";
import type { WhitenedTerms } from "./whitenedTerms.ts";

/** The flow of as many terms as go through at once. */
export interface ChunkFlow {
  /** Overwrites the log-densities of the terms from `start` on: `constant`, what the flow does to volume, and where it ends. */
  evaluate(whitened: WhitenedTerms, start: number, constant: number, logTerms: Float64Array): void;
  /** Overwrites their part of `whitened.zAdjoint`, and ADDS to the features' gradient where it is given. */
  pullback(
    whitened: WhitenedTerms,
    start: number,
    adjoint: Float64Array,
    featureGradient: Float64Array | undefined,
  ): void;
}

export function createChunkFlow(
  jet: FieldJet,
  flow: GridFlow,
  { columns, numFeatures, numConditions }: VectorFieldSpec,
  chunk: number,
): ChunkFlow {
  const D = columns.length;
  const u = new Float64Array(chunk * D);
  const uAdjoint = new Float64Array(chunk * D);
  const logVolume = new Float64Array(chunk);
  /** Sets the jet to the terms from `start` on, and returns their number and rows; those stand together. */
  const set = ({ terms, features }: WhitenedTerms, start: number): ChunkRows => {
    const end = Math.min(terms.numTerms, start + chunk);
    const firstRow = terms.rowOfTerm[start];
    const endRow = terms.rowOfTerm[end - 1] + 1;
    const rows = terms.rowOfTerm.subarray(start, end);
    const rowOfTerm = firstRow === 0 ? rows : rows.map((row) => row - firstRow);
    const ownFeatures = features.subarray(firstRow * numFeatures, endRow * numFeatures);
    const conditions = terms.conditions.subarray(start * numConditions, end * numConditions);
    jet.set(ownFeatures, endRow - firstRow, rowOfTerm, conditions, end - start);
    return { count: end - start, firstRow, endRow };
  };
  const carry = ({ z }: WhitenedTerms, start: number, count: number): void => {
    u.set(z.subarray(start * D, (start + count) * D));
    flow.forward(u, count, logVolume);
  };
  return {
    evaluate(whitened, start, constant, logTerms) {
      const { count } = set(whitened, start);
      carry(whitened, start, count);
      for (let i = 0; i < count; i++) {
        let value = constant + logVolume[i];
        for (let d = 0; d < D; d++) value -= 0.5 * u[i * D + d] * u[i * D + d];
        logTerms[start + i] = value;
      }
    },
    pullback(whitened, start, adjoint, featureGradient) {
      const { count, firstRow, endRow } = set(whitened, start);
      // A single chunk stands where the evaluation left it.
      if (whitened.terms.numTerms > chunk) carry(whitened, start, count);
      for (let i = 0; i < count; i++)
        for (let d = 0; d < D; d++) uAdjoint[i * D + d] = -adjoint[start + i] * u[i * D + d];
      const ownGradient = featureGradient?.subarray(firstRow * numFeatures, endRow * numFeatures);
      flow.backward(uAdjoint, adjoint.subarray(start, start + count), ownGradient);
      whitened.zAdjoint.set(uAdjoint.subarray(0, count * D), start * D);
    },
  };
}

interface ChunkRows {
  readonly count: number;
  readonly firstRow: number;
  readonly endRow: number;
}
