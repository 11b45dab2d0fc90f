import { createKernels } from "@poolish/kernels";
import type { DensityMemory, EncodedTerms, Gradients } from "../density/conditionalDensity.ts";
import { addFeatureGradient, writeFeatureRows } from "../density/featureRows.ts";
import {
  clearInputGradients,
  createSplitInputs,
  type SplitInputs,
  splitInputsCapacity,
} from "../network/splitInputs.ts";
import { createSplitNetwork, type SplitNetwork, splitNetworkCapacity } from "../network/splitNetwork.ts";
import {
  addFlatGradient,
  createWeightMemory,
  weightMemoryCapacity,
  writeFlatWeights,
} from "../network/weightMemory.ts";
import { numRatioTermInputs, quadraticSpec, type RatioSpec, ratioBlocks, ratioNetworkSpec } from "./ratioSpec.ts";
import { addRatioColumnGradients, createRatioTerms, setRatioTerms } from "./ratioTerms.ts";

/**
 * log r(x, θ) of terms with its gradients: one fused operation over preallocated buffers, the same in training and in use.
 * Networks run in float32, sums in float64.
 */
export interface RatioNetwork {
  readonly numWeights: number;
  readonly memory: DensityMemory;
  setWeights(weights: Float32Array): void;
  /** The terms of the evaluations that follow; copied. At most `maxTerms`. */
  setTerms(terms: EncodedTerms): void;
  /** features: numRows × numFeatures, row-major. Overwrites logRatios[0 … numTerms). */
  evaluate(features: Float64Array, numRows: number, logRatios: Float64Array): void;
  /** Adds Σ adjoint_i ∂ log r_i / ∂(…) at the last `evaluate`. */
  pullback(adjoint: Float64Array, into: Gradients): void;
}

/** Allocates the ratio for up to `maxRows` rows and `maxTerms` terms. Flat weights: see `ratioBlocks`. */
export function createRatioNetwork(spec: RatioSpec, maxRows: number, maxTerms: number): RatioNetwork {
  const { numFeatures } = spec;
  const blocks = ratioBlocks(spec);
  const numTermInputs = numRatioTermInputs(spec);
  const [residualSpec, formSpec] = [ratioNetworkSpec(spec), quadraticSpec(spec)];
  const kernels = createKernels({
    capacity:
      weightMemoryCapacity(blocks) +
      splitInputsCapacity(numFeatures, numTermInputs, maxRows, maxTerms) +
      splitNetworkCapacity(residualSpec, maxRows, maxTerms) +
      splitNetworkCapacity(formSpec, maxRows, maxTerms),
  });
  const memory = createWeightMemory(kernels, blocks);
  const inputs = createSplitInputs(kernels, numFeatures, numTermInputs, maxRows, maxTerms);
  const residual = createSplitNetwork(kernels, residualSpec, memory, "network", inputs);
  const form = createSplitNetwork(kernels, formSpec, memory, "quadratic", inputs);
  const terms = createRatioTerms(spec, maxTerms);
  const refresh = (): void => {
    residual.refresh();
    form.refresh();
  };
  return {
    numWeights: memory.positions.length,
    memory: { ...memory, refresh },
    setWeights(weights) {
      writeFlatWeights(memory, weights);
      refresh();
    },
    setTerms: (given) => setRatioTerms(spec, given, inputs, terms),
    evaluate(features, numRows, logRatios) {
      writeFeatureRows(inputs, features, numFeatures, numRows);
      if (inputs.size.numTerms === 0) return;
      residual.run();
      form.run();
      const { values, stride } = residual.outputs;
      for (let i = 0; i < inputs.size.numTerms; i++) {
        logRatios[i] = values[i * stride] + formAt(i, inputs, form, numFeatures, numTermInputs) - terms.penalty[i];
      }
    },
    pullback(adjoint, into) {
      if (inputs.size.numTerms === 0) return;
      clearInputGradients(inputs);
      const { values, stride } = residual.outputGradient;
      for (let i = 0; i < inputs.size.numTerms; i++) values[i * stride] = adjoint[i];
      pullbackForm(adjoint, inputs, form, numFeatures, numTermInputs);
      const goals = {
        weights: into.weights !== undefined,
        rowInputs: into.features !== undefined,
        termInputs: into.columns !== undefined,
      };
      residual.backward(goals);
      form.backward(goals);
      if (into.weights !== undefined && into.weights !== memory.gradient.values) addFlatGradient(memory, into.weights);
      if (into.features !== undefined) addFeatureGradient(inputs, numFeatures, into.features);
      if (into.columns !== undefined) addRatioColumnGradients(spec, terms, inputs, adjoint, into.columns);
    },
  };
}

/** z · (Q z + b) of term i. */
function formAt(
  i: number,
  { rows, terms, rowOf }: SplitInputs,
  { outputs }: SplitNetwork,
  numFeatures: number,
  numTermInputs: number,
): number {
  const at = i * outputs.stride;
  const row = rowOf.values[i] * rows.stride;
  let sum = 0;
  for (let k = 0; k < numFeatures; k++) sum += outputs.values[at + k] * rows.values[row + k];
  for (let k = 0; k < numTermInputs; k++) {
    sum += outputs.values[at + numFeatures + k] * terms.values[i * terms.stride + k];
  }
  return sum;
}

/** Writes the gradient in Q z + b, and ADDS to those of the inputs what they have as the factor before it. */
function pullbackForm(
  adjoint: Float64Array,
  { rows, terms, rowOf, rowGradient, termGradient, size }: SplitInputs,
  { outputs, outputGradient }: SplitNetwork,
  numFeatures: number,
  numTermInputs: number,
): void {
  for (let i = 0; i < size.numTerms; i++) {
    const at = i * outputs.stride;
    const row = rowOf.values[i] * rows.stride;
    const term = i * terms.stride;
    const share = adjoint[i];
    for (let k = 0; k < numFeatures; k++) {
      outputGradient.values[at + k] = share * rows.values[row + k];
      rowGradient.values[row + k] += share * outputs.values[at + k];
    }
    for (let k = 0; k < numTermInputs; k++) {
      outputGradient.values[at + numFeatures + k] = share * terms.values[term + k];
      termGradient.values[term + k] += share * outputs.values[at + numFeatures + k];
    }
  }
}
