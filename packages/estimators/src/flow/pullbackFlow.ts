import type { Gradients } from "../density/conditionalDensity.ts";
import { addFeatureGradient } from "../density/featureRows.ts";
import { clearInputGradients } from "../network/splitInputs.ts";
import { addFlatGradient } from "../network/weightMemory.ts";
import type { FlowParts, FlowStep } from "./flowParts.ts";

/** Σ adjoint_i ∂ log p_i at the last evaluation, as `ConditionalDensity.pullback` says. */
export function pullbackFlow(parts: FlowParts, adjoint: Float64Array, into: Gradients): void {
  const { kernels, steps, normal, inputs, columnGradient } = parts;
  const { numTerms } = inputs.size;
  if (numTerms === 0) return;
  for (let i = 0; i < numTerms; i++) parts.adjoint.values[i] = adjoint[i];
  clearInputGradients(inputs);
  kernels.standardNormalBackward(normal, parts.adjoint, columnGradient, numTerms);
  for (let k = steps.length - 1; k >= 0; k--) {
    steps[k].transform.backward(numTerms);
    sumOverRows(parts, steps[k]);
    steps[k].network.backward({
      weights: into.weights !== undefined,
      rowInputs: into.features !== undefined,
      termInputs: k > 0 || into.columns !== undefined,
    });
  }
  if (into.weights !== undefined) collectWeights(parts, into.weights);
  if (into.features !== undefined) addFeatureGradient(inputs, parts.spec.numFeatures, into.features);
  if (into.columns !== undefined) addColumnGradients(parts, into.columns);
}

/** Where a network runs once a row, its outputs' gradient is the sum over the terms of the row. */
function sumOverRows({ kernels, inputs }: FlowParts, { network, dParameters }: FlowStep): void {
  const { outputGradient } = network;
  if (outputGradient === dParameters) return;
  outputGradient.values.fill(0, 0, inputs.size.numRows * outputGradient.stride);
  kernels.addRows(dParameters, inputs.rowOf, outputGradient, inputs.size.numTerms);
}

function collectWeights({ kernels, memory, mask }: FlowParts, weights: Float32Array): void {
  kernels.multiply(memory.gradient, mask, memory.gradient, mask.length);
  if (weights !== memory.gradient.values) addFlatGradient(memory, weights);
}

function addColumnGradients({ inputs }: FlowParts, columns: readonly Float64Array[]): void {
  const { size, termGradient } = inputs;
  columns.forEach((column, c) => {
    for (let i = 0; i < size.numTerms; i++) column[i] += termGradient.values[i * termGradient.stride + c];
  });
}
