import type { Matrix } from "@poolish/kernels";
import type { Field } from "../field.ts";
import { writeConditions, writePoints } from "../termInputs.ts";
import type { Directions } from "./directions.ts";
import type { FieldJet } from "./fieldJet.ts";
import { createJetBuffers } from "./jetBuffers.ts";
import type { JetLayer } from "./jetLayers.ts";
import { backwardJet, forwardJet } from "./jetPasses.ts";

/** The jet of a field whose network is a `SplitNetwork`. */
export function createSplitJet(field: Field, maxRows: number, maxTerms: number): FieldJet {
  const { spec, kernels } = field;
  const D = spec.columns.length;
  const buffers = createJetBuffers(field, maxRows, maxTerms);
  const { layers, dense, rowWeights, termWeights, rowTransposed, termTransposed, terms, rowOf } = buffers;
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
      const { base, entryBias } = buffers;
      kernels.denseForward(field.inputs.rows, rowWeights, entryBias, "identity", null, base, numRows);
      for (let i = 0; i < numTerms; i++) rowOf.values[i] = rowOfTerm[i];
      writeConditions(terms, D, conditions, spec.numConditions, numTerms);
    },
    run(u, angle, turn, divergence, directions) {
      writePoints(terms, D, u, angle, numTerms);
      forwardJet(kernels, buffers, numTerms, D, directions);
      copyFrom(buffers.outputs, turn, D, numTerms);
      const last = layers[layers.length - 1];
      const { weights } = dense[dense.length - 1];
      if (directions === undefined) writeDivergence(last, weights, divergence, numTerms, D);
      else estimateDivergence(last, weights, directions, divergence, numTerms, D);
    },
    pullback(turnAdjoint, divergenceAdjoint, uGradient, featureGradient) {
      if (numTerms === 0) return;
      const { output, argument, termGradient } = buffers.adjoints;
      copyInto(output, turnAdjoint, D, numTerms);
      backwardJet(kernels, buffers, divergenceAdjoint, numTerms, D);
      kernels.denseBackwardInput(argument[0].matrix, termTransposed, termGradient, numTerms, "overwrite");
      for (let i = 0; i < numTerms; i++) {
        for (let d = 0; d < D; d++) uGradient[i * D + d] += termGradient.values[i * termGradient.stride + d];
      }
      if (featureGradient === undefined) return;
      const { baseGradient, rowGradient } = buffers;
      baseGradient.values.fill(0, 0, numRows * baseGradient.stride);
      kernels.addRows(argument[0].matrix, rowOf, baseGradient, numTerms);
      kernels.denseBackwardInput(baseGradient, rowTransposed, rowGradient, numRows, "overwrite");
      field.rows.pullback(rowGradient, numRows, featureGradient);
    },
  };
}

function copyInto(to: Matrix, from: Float64Array, width: number, count: number): void {
  for (let i = 0; i < count; i++) for (let k = 0; k < width; k++) to.values[i * to.stride + k] = from[i * width + k];
}

function copyFrom({ values, stride }: Matrix, to: Float64Array, width: number, count: number): void {
  for (let i = 0; i < count; i++) for (let k = 0; k < width; k++) to[i * width + k] = values[i * stride + k];
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

/** The mean of v·(∂turn/∂u)·v over the directions v of each term. */
function estimateDivergence(
  { tangent, width }: JetLayer,
  weights: Matrix,
  { count, values }: Directions,
  out: Float64Array,
  n: number,
  D: number,
): void {
  const { stride } = tangent.matrix;
  const from = tangent.region.values;
  out.fill(0, 0, n);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < n; i++) {
      const at = (k * n + i) * stride;
      let sum = 0;
      for (let d = 0; d < D; d++) {
        let moved = 0;
        for (let h = 0; h < width; h++) moved += from[at + h] * weights.values[h * weights.stride + d];
        sum += values[(k * n + i) * D + d] * moved;
      }
      out[i] += sum / count;
    }
  }
}
