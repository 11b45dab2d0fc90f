import { matrixLength, paddedRows } from "@poolish/kernels";
import type { FieldJet } from "../density/fieldJet.ts";
import type { Field } from "../field.ts";
import { writeConditions, writePoints } from "../termInputs.ts";
import type { AttentionNetwork } from "./attentionNetwork.ts";
import { type AttentionInputs, type AttentionShape, numRowTokens } from "./attentionShape.ts";
import type { Movement, TermRange } from "./columnEntry.ts";
import { columnTokensCapacity, createColumnTokens } from "./columnTokens.ts";

/** Float32 elements that `createAttentionJet` allocates in the field's kernels. */
export function attentionJetCapacity(
  shape: AttentionShape,
  { numColumns, numFeatures, numShared }: AttentionInputs,
  maxTerms: number,
): number {
  return (
    columnTokensCapacity(shape, numColumns, numRowTokens(shape, numFeatures), maxTerms, numColumns) +
    matrixLength(maxTerms, numColumns + numShared) +
    2 * matrixLength(maxTerms, numColumns) +
    paddedRows(maxTerms)
  );
}

/** The jet of a field whose network is a transformer. Rows go through the field's own network. */
export function createAttentionJet(
  { spec, kernels, memory, inputs, rows, setRows }: Field,
  network: AttentionNetwork,
  maxTerms: number,
): FieldJet {
  const D = spec.columns.length;
  const { shape, layers, rowTokens, readout } = network;
  const tokens = createColumnTokens(kernels, shape, memory, "field", layers, rowTokens, D, maxTerms, D);
  const terms = kernels.allocateMatrix(maxTerms, inputs.terms.columns);
  const outputs = kernels.allocateMatrix(maxTerms, D);
  const outputAdjoint = kernels.allocateMatrix(maxTerms, D);
  const rowOf = kernels.allocateIndices(maxTerms);
  let numTerms = 0;
  let numRows = 0;
  const eachRange = (run: (range: TermRange) => void): void => {
    for (let first = 0; first < numTerms; first += tokens.mostTerms) {
      run({ terms, first, count: Math.min(tokens.mostTerms, numTerms - first) });
    }
  };
  return {
    // The field refreshes the layers, which are its own.
    refresh() {},
    set(features, rowCount, rowOfTerm, conditions, termCount) {
      numRows = rowCount;
      numTerms = termCount;
      rowOf.values.set(rowOfTerm.subarray(0, numTerms));
      setRows(features, numRows);
      writeConditions(terms, D, conditions, spec.numConditions, numTerms);
    },
    run(u, angle, turn, divergence, directions) {
      const movement: Movement = directions ?? "columns";
      writePoints(terms, D, u, angle, numTerms);
      eachRange((range) => {
        tokens.run(range, rowOf, movement);
        readout.values(tokens.output, range, outputs);
        readout.divergence(tokens.output, range, movement, divergence);
      });
      for (let i = 0; i < numTerms; i++) {
        for (let d = 0; d < D; d++) turn[i * D + d] = outputs.values[i * outputs.stride + d];
      }
    },
    pullback(turnAdjoint, divergenceAdjoint, uGradient, featureGradient) {
      for (let i = 0; i < numTerms; i++) {
        for (let d = 0; d < D; d++) outputAdjoint.values[i * outputAdjoint.stride + d] = turnAdjoint[i * D + d];
      }
      eachRange((range) => {
        // Those that went through at once stand where the run left them.
        if (numTerms > tokens.mostTerms) tokens.run(range, rowOf, "columns");
        readout.adjoint(outputAdjoint, divergenceAdjoint, range, tokens.adjoint);
        tokens.backward("none", uGradient);
      });
      if (featureGradient === undefined) {
        rowTokens.clear();
        return;
      }
      const { rowGradient } = inputs;
      rowGradient.values.fill(0, 0, numRows * rowGradient.stride);
      rowTokens.backward("none", rowGradient);
      rows.pullback(rowGradient, numRows, featureGradient);
    },
  };
}
