import type { Gradients } from "../density/conditionalDensity.ts";
import { addFeatureGradient } from "../density/featureRows.ts";
import { clearInputGradients } from "../network/splitInputs.ts";
import { addFlatGradient } from "../network/weightMemory.ts";
import type { RatioParts } from "./ratioParts.ts";
import { addRatioColumnGradients } from "./ratioTerms.ts";

/** Σ adjoint_i ∂ log r_i / ∂(…) at the last `evaluateRatio`. */
export function pullbackRatio(parts: RatioParts, adjoint: Float64Array, into: Gradients): void {
  const { inputs, network, form, memory, spec, trunk } = parts;
  const { numTerms } = inputs.size;
  clearInputGradients(inputs);
  const { values, stride } = network.outputGradient;
  for (let i = 0; i < numTerms; i++) values[i * stride] = adjoint[i];
  pullbackForm(parts, adjoint);
  const goals = { weights: into.weights !== undefined, rowInputs: into.features !== undefined };
  const wantsNumbers = into.columns !== undefined;
  // The residuals' adjoints, which the trunk needs, come through the network's inputs.
  network.backward({ ...goals, termInputs: trunk !== undefined });
  form.backward({ ...goals, termInputs: wantsNumbers });
  if (trunk !== undefined) {
    collectNumbers(parts, adjoint);
    const { location, spread } = trunk;
    const { byResidual, byLogScale, byNumber } = parts;
    const numbers = wantsNumbers ? byNumber : undefined;
    parts.layer.pullback(byResidual, byLogScale, location.outputGradient, spread.outputGradient, numbers);
    location.backward({ ...goals, termInputs: false });
    spread.backward({ ...goals, termInputs: false });
  }
  if (into.weights !== undefined && into.weights !== memory.gradient.values) addFlatGradient(memory, into.weights);
  if (into.features !== undefined) addFeatureGradient(inputs, spec.numFeatures, into.features);
  if (into.columns !== undefined) {
    addRatioColumnGradients(spec, parts.terms, numTerms, parts.byNumber, adjoint, into.columns);
  }
}

/** Adjoints of residuals and log scales, whole; of numbers, but for the layer's share. */
function collectNumbers(parts: RatioParts, adjoint: Float64Array): void {
  const { layer, byResidual, byLogScale, byNumber, inputs, places } = parts;
  const { values, stride } = inputs.termGradient;
  for (let n = 0; n < byResidual.length; n++) {
    const residuals = layer.residuals[n];
    for (let i = 0; i < inputs.size.numTerms; i++) {
      byResidual[n][i] = values[i * stride + places.numObserved + n] - adjoint[i] * residuals[i];
      byLogScale[n][i] = -adjoint[i];
      byNumber[n][i] = values[i * stride + places.numKnown + n];
    }
  }
}

/** Writes the gradient in Q z + b, and ADDS to those of the inputs what they have as the factor before it. */
function pullbackForm({ inputs, form, spec, places }: RatioParts, adjoint: Float64Array): void {
  const { rows, terms, rowOf, rowGradient, termGradient, size } = inputs;
  const { outputs, outputGradient } = form;
  const { numFeatures } = spec;
  const { numObserved } = places;
  for (let i = 0; i < size.numTerms; i++) {
    const at = i * outputs.stride;
    const row = rowOf.values[i] * rows.stride;
    const term = i * terms.stride;
    const share = adjoint[i];
    for (let k = 0; k < numFeatures; k++) {
      outputGradient.values[at + k] = share * rows.values[row + k];
      rowGradient.values[row + k] += share * outputs.values[at + k];
    }
    for (let k = 0; k < numObserved; k++) {
      outputGradient.values[at + numFeatures + k] = share * terms.values[term + k];
      termGradient.values[term + k] += share * outputs.values[at + numFeatures + k];
    }
  }
}
