import { type Indices, type Matrix, matrixLength, paddedRows, type Region } from "@poolish/kernels";
import type { Field } from "../field.ts";
import { fieldNetworkSpec, type VectorFieldSpec } from "../vectorFieldSpec.ts";
import { createJetAdjoints, type JetAdjoints, jetAdjointsCapacity } from "./jetAdjoints.ts";
import { createJetLayers, type JetDense, type JetLayer, jetLayersCapacity } from "./jetLayers.ts";

/** What a `FieldJet` computes with: the field's weights with their transposes, and buffers for terms and rows. */
export interface JetBuffers {
  readonly layers: readonly JetLayer[];
  /** From each hidden layer to what is above it. */
  readonly dense: readonly JetDense[];
  /** Of the first layer. */
  readonly rowWeights: Matrix;
  readonly termWeights: Matrix;
  readonly entryBias: Region;
  readonly rowTransposed: Matrix;
  readonly termTransposed: Matrix;
  /** What rows bring to the first layer's arguments. */
  readonly base: Matrix;
  readonly baseGradient: Matrix;
  readonly rowGradient: Matrix;
  readonly terms: Matrix;
  readonly rowOf: Indices;
  readonly outputs: Matrix;
  readonly adjoints: JetAdjoints;
}

/** Float32 elements that `createJetBuffers` allocates in the field's kernels. */
export function jetBuffersCapacity(spec: VectorFieldSpec, maxRows: number, maxTerms: number): number {
  const { hidden, columns } = spec;
  const D = columns.length;
  const { numTermInputs, numRowInputs, numOutputs } = fieldNetworkSpec(spec);
  const widths = [...hidden, numOutputs];
  const widest = Math.max(...widths, numTermInputs, numRowInputs);
  return (
    jetLayersCapacity(hidden, maxTerms, D) +
    widths.slice(1).reduce((sum, width, k) => sum + matrixLength(width, hidden[k]), 0) +
    matrixLength(hidden[0], numTermInputs) +
    matrixLength(hidden[0], numRowInputs) +
    jetAdjointsCapacity(hidden, maxTerms, D, numTermInputs) +
    matrixLength(maxTerms, D) +
    3 * matrixLength(maxRows, widest) +
    matrixLength(maxTerms, numTermInputs) +
    paddedRows(maxTerms)
  );
}

export function createJetBuffers({ spec, kernels, memory }: Field, maxRows: number, maxTerms: number): JetBuffers {
  const { hidden } = spec;
  const D = spec.columns.length;
  const { numTermInputs } = fieldNetworkSpec(spec);
  const rowWeights = memory.matrix("field.0.rowWeight").weights;
  const dense = hidden.map((_, k): JetDense => {
    const { weights } = memory.matrix(`field.${k + 1}.weight`);
    const transposed = kernels.allocateMatrix(weights.columns, weights.rows);
    return { weights, transposed, bias: memory.bias(`field.${k + 1}.bias`).weights };
  });
  return {
    layers: createJetLayers(kernels, hidden, maxTerms, D),
    dense,
    rowWeights,
    termWeights: memory.matrix("field.0.termWeight").weights,
    entryBias: memory.bias("field.0.bias").weights,
    rowTransposed: kernels.allocateMatrix(hidden[0], rowWeights.rows),
    termTransposed: kernels.allocateMatrix(hidden[0], numTermInputs),
    base: kernels.allocateMatrix(maxRows, hidden[0]),
    baseGradient: kernels.allocateMatrix(maxRows, hidden[0]),
    rowGradient: kernels.allocateMatrix(maxRows, rowWeights.rows),
    terms: kernels.allocateMatrix(maxTerms, numTermInputs),
    rowOf: kernels.allocateIndices(maxTerms),
    outputs: kernels.allocateMatrix(maxTerms, D),
    adjoints: createJetAdjoints(kernels, hidden, maxTerms, D, numTermInputs),
  };
}
