import { type Matrix, matrixLength, paddedRows } from "@poolish/kernels";
import { NUM_ANGLE_FEATURES, writeAngleFeatures } from "../angleFeatures.ts";
import type { Field } from "../field.ts";
import { fieldNetworkSpec, type VectorFieldSpec } from "../vectorFieldSpec.ts";
import { createJetAdjoints, jetAdjointsCapacity, seedTangents, splitAdjoints } from "./jetAdjoints.ts";
import {
  activate,
  activateTangents,
  createJetLayers,
  type JetDense,
  type JetLayer,
  jetLayersCapacity,
} from "./jetLayers.ts";

/** The field with its exact divergence, and the gradients of both: what log-densities are made of. */
export interface FieldJet {
  /** Rows (numRows × numFeatures) of the runs that follow, the row of each term, and conditions (numTerms × numConditions). */
  set(features: Float64Array, numRows: number, rowOfTerm: Int32Array, conditions: Float64Array, numTerms: number): void;
  /** Overwrites `turn` (numTerms × D) and `divergence` (numTerms), Σ_d ∂turn_d/∂u_d, at u (numTerms × D). */
  run(u: Float64Array, angle: number, turn: Float64Array, divergence: Float64Array): void;
  /**
   * At the last `run`: ADDS Σ turnAdjoint · ∂turn + divergenceAdjoint · ∂divergence to the gradient in u and, where it is
   * given, to that in the features.
   */
  pullback(
    turnAdjoint: Float64Array,
    divergenceAdjoint: Float64Array,
    uGradient: Float64Array,
    featureGradient: Float64Array | undefined,
  ): void;
  /** To be called when weights have changed. */
  refresh(): void;
}

/** Float32 elements that `createFieldJet` allocates in the field's kernels. */
export function fieldJetCapacity(spec: VectorFieldSpec, maxRows: number, maxTerms: number): number {
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

export function createFieldJet(field: Field, maxRows: number, maxTerms: number): FieldJet {
  const { spec, kernels, memory } = field;
  const { numConditions, hidden } = spec;
  const D = spec.columns.length;
  const { numTermInputs } = fieldNetworkSpec(spec);
  const layers = createJetLayers(kernels, hidden, maxTerms, D);
  const dense = hidden.map((_, k): JetDense => {
    const { weights } = memory.matrix(`field.${k + 1}.weight`);
    const transposed = kernels.allocateMatrix(weights.columns, weights.rows);
    return { weights, transposed, bias: memory.bias(`field.${k + 1}.bias`).weights };
  });
  const rowWeights = memory.matrix("field.0.rowWeight").weights;
  const termWeights = memory.matrix("field.0.termWeight").weights;
  const entryBias = memory.bias("field.0.bias").weights;
  const numRowInputs = rowWeights.rows;
  const rowTransposed = kernels.allocateMatrix(hidden[0], numRowInputs);
  const termTransposed = kernels.allocateMatrix(hidden[0], numTermInputs);
  const { rows } = field.inputs;
  const base = kernels.allocateMatrix(maxRows, hidden[0]);
  const baseGradient = kernels.allocateMatrix(maxRows, hidden[0]);
  const rowGradient = kernels.allocateMatrix(maxRows, numRowInputs);
  const terms = kernels.allocateMatrix(maxTerms, numTermInputs);
  const rowOf = kernels.allocateIndices(maxTerms);
  const outputs = kernels.allocateMatrix(maxTerms, D);
  const adjoints = createJetAdjoints(kernels, hidden, maxTerms, D, numTermInputs);
  const first = layers[0];
  const last = layers[layers.length - 1];
  let numTerms = 0;
  let numRows = 0;
  return {
    refresh() {
      for (const { weights, transposed } of dense) kernels.transposeMatrix(weights, transposed);
      kernels.transposeMatrix(rowWeights, rowTransposed);
      kernels.transposeMatrix(termWeights, termTransposed);
    },
    set(features, rowCount, rowOfTerm, conditions, termCount) {
      numRows = rowCount;
      numTerms = termCount;
      field.setRows(features, numRows);
      kernels.denseForward(rows, rowWeights, entryBias, "identity", null, base, numRows);
      for (let i = 0; i < numTerms; i++) rowOf.values[i] = rowOfTerm[i];
      copyInto(terms, D + NUM_ANGLE_FEATURES, conditions, numConditions, numTerms);
    },
    run(u, angle, turn, divergence) {
      copyInto(terms, 0, u, D, numTerms);
      for (let i = 0; i < numTerms; i++) {
        if (i === 0) writeAngleFeatures(angle, terms.values, D);
        else terms.values.copyWithin(i * terms.stride + D, D, D + NUM_ANGLE_FEATURES);
      }
      kernels.denseForwardFrom(base, rowOf, terms, termWeights, "identity", null, first.argument.matrix, numTerms);
      activate(kernels, first, undefined, numTerms);
      entryTangents(first, termWeights, numTerms, D);
      for (let k = 1; k < layers.length; k++) {
        const below = layers[k - 1];
        const { weights, bias } = dense[k - 1];
        const { argument, argumentTangent } = layers[k];
        kernels.denseForward(below.value.matrix, weights, bias, "identity", null, argument.matrix, numTerms);
        activate(kernels, layers[k], below, numTerms);
        const count = numTerms * D;
        kernels.denseForward(below.tangent.matrix, weights, null, "identity", null, argumentTangent.matrix, count);
        activateTangents(layers[k], below, numTerms, D);
      }
      const { weights, bias } = dense[dense.length - 1];
      kernels.denseForward(last.value.matrix, weights, bias, "identity", null, outputs, numTerms);
      copyFrom(outputs, turn, D, numTerms);
      writeDivergence(last, weights, divergence, numTerms, D);
    },
    pullback(turnAdjoint, divergenceAdjoint, uGradient, featureGradient) {
      if (numTerms === 0) return;
      const { output, value, tangent, argument, argumentTangent, termGradient } = adjoints;
      copyInto(output, 0, turnAdjoint, D, numTerms);
      const above = dense[dense.length - 1];
      let k = layers.length - 1;
      kernels.denseBackwardInput(output, above.transposed, value[k].matrix, numTerms, "overwrite");
      seedTangents(tangent[k], above.weights, divergenceAdjoint, numTerms, D);
      for (; k >= 0; k--) {
        const layer = layers[k];
        splitAdjoints(layer, value[k], tangent[k], argument[k], argumentTangent[k], numTerms, D);
        if (k === 0) break;
        const { transposed } = dense[k - 1];
        const accumulation = layer.isResidual ? "add" : "overwrite";
        if (layer.isResidual) {
          value[k - 1].region.values.set(value[k].region.values.subarray(0, numTerms * value[k].matrix.stride));
          tangent[k - 1].region.values.set(
            tangent[k].region.values.subarray(0, numTerms * D * tangent[k].matrix.stride),
          );
        }
        kernels.denseBackwardInput(argument[k].matrix, transposed, value[k - 1].matrix, numTerms, accumulation);
        const count = numTerms * D;
        kernels.denseBackwardInput(argumentTangent[k].matrix, transposed, tangent[k - 1].matrix, count, accumulation);
      }
      kernels.denseBackwardInput(argument[0].matrix, termTransposed, termGradient, numTerms, "overwrite");
      for (let i = 0; i < numTerms; i++) {
        for (let d = 0; d < D; d++) uGradient[i * D + d] += termGradient.values[i * termGradient.stride + d];
      }
      if (featureGradient === undefined) return;
      baseGradient.values.fill(0, 0, numRows * baseGradient.stride);
      kernels.addRows(argument[0].matrix, rowOf, baseGradient, numTerms);
      kernels.denseBackwardInput(baseGradient, rowTransposed, rowGradient, numRows, "overwrite");
      field.rows.pullback(rowGradient, numRows, featureGradient);
    },
  };
}

function copyInto(to: Matrix, column: number, from: Float64Array, width: number, count: number): void {
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < width; k++) to.values[i * to.stride + column + k] = from[i * width + k];
  }
}

function copyFrom({ values, stride }: Matrix, to: Float64Array, width: number, count: number): void {
  for (let i = 0; i < count; i++) for (let k = 0; k < width; k++) to[i * width + k] = values[i * stride + k];
}

/** Moving u_d moves the first layer's arguments by row d of its weights. */
function entryTangents(
  { argumentTangent, tangent, slope, width }: JetLayer,
  weights: Matrix,
  n: number,
  D: number,
): void {
  const { stride } = tangent.matrix;
  const to = tangent.region.values;
  const arguments_ = argumentTangent.region.values;
  for (let d = 0; d < D; d++) {
    for (let i = 0; i < n; i++) {
      const at = (d * n + i) * stride;
      for (let h = 0; h < width; h++) {
        const weight = weights.values[d * weights.stride + h];
        arguments_[at + h] = weight;
        to[at + h] = slope[i * stride + h] * weight;
      }
    }
  }
}

function writeDivergence({ tangent, width }: JetLayer, weights: Matrix, out: Float64Array, n: number, D: number): void {
  const { stride } = tangent.matrix;
  const from = tangent.region.values;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let d = 0; d < D; d++) {
      const at = (d * n + i) * stride;
      for (let h = 0; h < width; h++) sum += from[at + h] * weights.values[h * weights.stride + d];
    }
    out[i] = sum;
  }
}
