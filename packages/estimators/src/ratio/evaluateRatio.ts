import type { RatioParts } from "./ratioParts.ts";

/** Overwrites logRatios[0 … numTerms), at the terms and rows that were set. */
export function evaluateRatio(parts: RatioParts, logRatios: Float64Array): void {
  const { inputs, network, form, terms } = parts;
  const { numTerms } = inputs.size;
  enterNumbers(parts);
  network.run();
  form.run();
  const { values, stride } = network.outputs;
  for (let i = 0; i < numTerms; i++) logRatios[i] = values[i * stride] - terms.penalty[i];
  addForm(parts, logRatios);
  addNormal(parts, logRatios);
}

/** Runs the trunk, and writes the residuals that it leaves to the networks' inputs. */
function enterNumbers({ trunk, layer, inputs, terms: { numbers }, places }: RatioParts): void {
  if (trunk === undefined) return;
  const { location, spread } = trunk;
  const { size, rowOf, termItself, terms } = inputs;
  location.run();
  spread.run();
  const { isPerTerm } = location;
  const itemOfTerm = isPerTerm ? termItself : rowOf.values;
  layer.begin(location.outputs, spread.outputs, itemOfTerm, isPerTerm ? size.numTerms : size.numRows, size.numTerms);
  for (let n = 0; n < numbers.length; n++) {
    layer.enter(n, numbers[n]);
    const residuals = layer.residuals[n];
    let at = places.numObserved + n;
    for (let i = 0; i < size.numTerms; i++, at += terms.stride) terms.values[at] = residuals[i];
  }
}

/** log N(x; μ(θ), Σ(θ)) but for its constant. */
function addNormal({ layer, inputs }: RatioParts, logRatios: Float64Array): void {
  for (let n = 0; n < layer.residuals.length; n++) {
    const residuals = layer.residuals[n];
    const logScales = layer.logScales[n];
    for (let i = 0; i < inputs.size.numTerms; i++) logRatios[i] -= 0.5 * residuals[i] * residuals[i] + logScales[i];
  }
}

/** z · (Q z + b). */
function addForm({ inputs, form: { outputs }, spec, places }: RatioParts, logRatios: Float64Array): void {
  const { rows, terms, rowOf, size } = inputs;
  const { numFeatures } = spec;
  const { numObserved } = places;
  for (let i = 0; i < size.numTerms; i++) {
    const at = i * outputs.stride;
    const row = rowOf.values[i] * rows.stride;
    let sum = 0;
    for (let k = 0; k < numFeatures; k++) sum += outputs.values[at + k] * rows.values[row + k];
    for (let k = 0; k < numObserved; k++) {
      sum += outputs.values[at + numFeatures + k] * terms.values[i * terms.stride + k];
    }
    logRatios[i] += sum;
  }
}
