import type { Kernels, Matrix } from "@poolish/kernels";
import type { WholeMatrix } from "../../network/hiddenLayers.ts";
import type { Directions } from "./directions.ts";
import { seedTangents, splitAdjoints } from "./jetAdjoints.ts";
import type { JetBuffers } from "./jetBuffers.ts";
import { activate, activateTangents, type JetLayer } from "./jetLayers.ts";

/** From the terms and what rows bring, layer by layer: values and tangents (of all columns, or in `directions`), and the outputs. */
export function forwardJet(
  kernels: Kernels,
  { layers, dense, base, rowOf, terms, termWeights, outputs }: JetBuffers,
  numTerms: number,
  D: number,
  directions?: Directions,
): void {
  const [first] = layers;
  kernels.denseForwardFrom(base, rowOf, terms, termWeights, "identity", null, first.argument.matrix, numTerms);
  activate(kernels, first, undefined, numTerms);
  if (directions === undefined) entryTangents(first, termWeights, numTerms, D);
  else directedTangents(first, termWeights, directions, numTerms, D);
  const numDirections = directions?.count ?? D;
  const count = numTerms * numDirections;
  for (let k = 1; k < layers.length; k++) {
    const below = layers[k - 1];
    const { weights, bias } = dense[k - 1];
    const { argument, argumentTangent } = layers[k];
    kernels.denseForward(below.value.matrix, weights, bias, "identity", null, argument.matrix, numTerms);
    activate(kernels, layers[k], below, numTerms);
    kernels.denseForward(below.tangent.matrix, weights, null, "identity", null, argumentTangent.matrix, count);
    activateTangents(layers[k], below, numTerms, numDirections);
  }
  const { weights, bias } = dense[dense.length - 1];
  kernels.denseForward(layers[layers.length - 1].value.matrix, weights, bias, "identity", null, outputs, numTerms);
}

/** From the adjoints of outputs and divergence to those of the first layer's arguments: `adjoints.argument[0]`. */
export function backwardJet(
  kernels: Kernels,
  { layers, dense, adjoints }: JetBuffers,
  divergenceAdjoint: Float64Array,
  numTerms: number,
  D: number,
): void {
  const { output, value, tangent, argument, argumentTangent } = adjoints;
  const above = dense[dense.length - 1];
  const last = layers.length - 1;
  const count = numTerms * D;
  kernels.denseBackwardInput(output, above.transposed, value[last].matrix, numTerms, "overwrite");
  seedTangents(tangent[last], above.weights, divergenceAdjoint, numTerms, D);
  for (let k = last; k >= 0; k--) {
    const layer = layers[k];
    splitAdjoints(layer, value[k], tangent[k], argument[k], argumentTangent[k], numTerms, D);
    if (k === 0) break;
    const { transposed } = dense[k - 1];
    const accumulation = layer.isResidual ? "add" : "overwrite";
    if (layer.isResidual) {
      copyRows(value[k], value[k - 1], numTerms);
      copyRows(tangent[k], tangent[k - 1], count);
    }
    kernels.denseBackwardInput(argument[k].matrix, transposed, value[k - 1].matrix, numTerms, accumulation);
    kernels.denseBackwardInput(argumentTangent[k].matrix, transposed, tangent[k - 1].matrix, count, accumulation);
  }
}

function copyRows(from: WholeMatrix, to: WholeMatrix, numRows: number): void {
  to.region.values.set(from.region.values.subarray(0, numRows * from.matrix.stride));
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

/** Moving u along v moves the first layer's arguments by v·weights. */
function directedTangents(
  { argumentTangent, tangent, slope, width }: JetLayer,
  weights: Matrix,
  { count, values }: Directions,
  n: number,
  D: number,
): void {
  const { stride } = tangent.matrix;
  const to = tangent.region.values;
  const arguments_ = argumentTangent.region.values;
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < n; i++) {
      const row = k * n + i;
      const at = row * stride;
      for (let h = 0; h < width; h++) {
        let sum = 0;
        for (let d = 0; d < D; d++) sum += values[row * D + d] * weights.values[d * weights.stride + h];
        arguments_[at + h] = sum;
        to[at + h] = slope[i * stride + h] * sum;
      }
    }
  }
}
