import type { Gradients } from "../density/conditionalDensity.ts";
import { addFeatureGradient } from "../density/featureRows.ts";
import { clearInputGradients } from "../network/splitInputs.ts";
import { addFlatGradient } from "../network/weightMemory.ts";
import { releaseDiagonals } from "./holdDiagonals.ts";
import type { MixtureParts } from "./mixtureParts.ts";

/** Σ adjoint_i ∂ log p_i at the last evaluation, as `ConditionalDensity.pullback` says. */
export function pullbackMixture(parts: MixtureParts, adjoint: Float64Array, into: Gradients): void {
  const { kernels, inputs, network, memory, dx } = parts;
  const { numTerms } = inputs.size;
  if (numTerms === 0) return;
  for (let i = 0; i < numTerms; i++) parts.adjoint.values[i] = adjoint[i];
  kernels.logSumExpBackward(parts.logJoint, parts.logDensity, parts.adjoint, parts.dLogJoint, numTerms);
  dx.matrix.values.fill(0, 0, numTerms * dx.matrix.stride);
  pullbackComponents(parts, into.columns !== undefined);
  pullbackParameters(parts);
  clearInputGradients(inputs);
  network.backward({ weights: into.weights !== undefined, rowInputs: into.features !== undefined, termInputs: false });
  if (into.weights !== undefined && into.weights !== memory.gradient.values) addFlatGradient(memory, into.weights);
  if (into.features !== undefined) addFeatureGradient(inputs, parts.spec.numFeatures, into.features);
  if (into.columns !== undefined) addColumnGradients(parts, into.columns);
}

/** Overwrites the gradients of means and factors, one row a term; adds to dx if that is wanted. */
function pullbackComponents(parts: MixtureParts, wantsX: boolean): void {
  const { kernels, inputs, itemOf, x, components, dNormal, dx, dxOfComponent } = parts;
  const { numTerms } = inputs.size;
  const dxHere = wantsX ? dxOfComponent.matrix : null;
  for (const { mean, factor, normal, dLogJoint, dMean, dFactor } of components) {
    kernels.standardNormalBackward(normal, dLogJoint, dNormal, numTerms);
    kernels.triangularBackward(
      "multiply",
      x,
      mean,
      factor,
      itemOf,
      normal,
      dNormal,
      dLogJoint,
      dxHere,
      dMean,
      dFactor,
      numTerms,
    );
    if (wantsX) kernels.addScaled(dxOfComponent.region, 1, dx.region, numTerms * x.stride);
  }
}

/** From one row a term to one an item of the network; the logits' gradient, from that of the log weights. */
function pullbackParameters(parts: MixtureParts): void {
  const { kernels, inputs, network, itemOf, dParameters, dLogWeights } = parts;
  const { numTerms, numRows } = inputs.size;
  const { isPerTerm, outputGradient } = network;
  const numItems = isPerTerm ? numTerms : numRows;
  if (!isPerTerm) {
    outputGradient.values.fill(0, 0, numItems * outputGradient.stride);
    kernels.addRows(dParameters, itemOf, outputGradient, numTerms);
  }
  releaseDiagonals(network.outputs, outputGradient, parts.spec, numItems);
  dLogWeights.values.fill(0, 0, numItems * dLogWeights.stride);
  kernels.addRows(parts.dLogJoint, itemOf, dLogWeights, numTerms);
  kernels.logSoftmaxBackward(parts.logWeights, dLogWeights, parts.dLogits, numItems);
}

function addColumnGradients({ inputs, dx }: MixtureParts, columns: readonly Float64Array[]): void {
  const { values, stride } = dx.matrix;
  columns.forEach((column, c) => {
    for (let i = 0; i < inputs.size.numTerms; i++) column[i] += values[i * stride + c];
  });
}
