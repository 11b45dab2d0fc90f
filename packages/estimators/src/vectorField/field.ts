import { createKernels, type Kernels } from "@poolish/kernels";
import { createSplitInputs, type SplitInputs, splitInputsCapacity } from "../network/splitInputs.ts";
import {
  createWeightMemory,
  type WeightBlocks,
  type WeightMemory,
  weightMemoryCapacity,
} from "../network/weightMemory.ts";
import { type Baseline, createBaseline } from "./baseline.ts";
import { createFieldNetwork, type FieldNetwork, fieldNetworkCapacity } from "./fieldNetwork.ts";
import { createRowNetwork, type FieldRowNetwork, rowNetworkCapacity } from "./rowNetwork.ts";
import { writeConditions, writePoints } from "./termInputs.ts";
import { fieldNetworkSpec, type VectorFieldSpec, vectorFieldBlocks } from "./vectorFieldSpec.ts";

/** A field over its own kernels: the network that says how u turns, and the baseline. */
export interface Field {
  readonly spec: VectorFieldSpec;
  readonly kernels: Kernels;
  readonly memory: WeightMemory & WeightBlocks;
  readonly inputs: SplitInputs;
  readonly network: FieldNetwork;
  readonly rows: FieldRowNetwork;
  readonly baseline: Baseline;
  /** To be called when weights have changed. */
  refresh(): void;
  /** The features (numRows × numFeatures) of the runs that follow. */
  setRows(features: Float64Array, numRows: number): void;
  /** The row of each term and its conditions (numTerms × numConditions), for the runs that follow. */
  setTerms(rowOfTerm: Int32Array, conditions: Float64Array, numTerms: number): void;
  /**
   * Given the gradient in `network`'s outputs, at the last run: leaves that in the weights in memory, and ADDS that in the
   * features where it is given. (Not by way of the baseline, whose weights stay as they are.)
   */
  backward(featureGradient?: Float64Array): void;
  /** How u (numTerms × D) turns: overwrites `turn` of the same shape. One angle for all terms, or one for each. */
  run(u: Float64Array, angle: number | Float64Array, turn: Float64Array): void;
}

/** Allocates the field for up to `maxRows` rows and `maxTerms` terms; `spare` float32 elements of its memory are for others. */
export function createField(spec: VectorFieldSpec, maxRows: number, maxTerms: number, spare = 0): Field {
  const { numRowInputs, numTermInputs } = fieldNetworkSpec(spec);
  const blocks = vectorFieldBlocks(spec);
  const kernels = createKernels({
    capacity:
      weightMemoryCapacity(blocks) +
      splitInputsCapacity(numRowInputs, numTermInputs, maxRows, maxTerms) +
      fieldNetworkCapacity(spec, maxRows, maxTerms) +
      rowNetworkCapacity(spec, maxRows) +
      spare,
  });
  const memory = createWeightMemory(kernels, blocks);
  const inputs = createSplitInputs(kernels, numRowInputs, numTermInputs, maxRows, maxTerms);
  const network = createFieldNetwork(kernels, spec, memory, inputs);
  const rowNetwork = createRowNetwork(kernels, spec, memory, inputs.rows, maxRows);
  const baseline = createBaseline(spec, memory);
  const D = spec.columns.length;
  const { terms, rowGradient, rowOf, size } = inputs;
  return {
    spec,
    kernels,
    memory,
    inputs,
    network,
    rows: rowNetwork,
    baseline,
    refresh() {
      network.refresh();
      rowNetwork.refresh();
      baseline.refresh();
    },
    setRows(features, numRows) {
      size.numRows = numRows;
      rowNetwork.run(features, numRows);
      network.runRows();
    },
    backward(featureGradient) {
      const rowInputs = spec.numSummaries > 0 || featureGradient !== undefined;
      if (rowInputs) rowGradient.values.fill(0, 0, size.numRows * rowGradient.stride);
      network.backward({ weights: true, rowInputs, termInputs: false });
      rowNetwork.backwardWeights(rowGradient);
      if (featureGradient !== undefined) rowNetwork.pullback(rowGradient, size.numRows, featureGradient);
    },
    setTerms(rowOfTerm, conditions, numTerms) {
      size.numTerms = numTerms;
      for (let i = 0; i < numTerms; i++) rowOf.values[i] = rowOfTerm[i];
      writeConditions(terms, D, conditions, spec.numConditions, numTerms);
    },
    run(u, angle, turn) {
      writePoints(terms, D, u, angle, size.numTerms);
      network.run();
      const { values, stride } = network.outputs;
      for (let i = 0; i < size.numTerms; i++) {
        for (let d = 0; d < D; d++) turn[i * D + d] = values[i * stride + d];
      }
    },
  };
}
