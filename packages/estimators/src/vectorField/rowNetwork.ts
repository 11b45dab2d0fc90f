import type { Kernels, Matrix } from "@poolish/kernels";
import { clearInputGradients, createSplitInputs, splitInputsCapacity } from "../network/splitInputs.ts";
import { createSplitNetwork, splitNetworkCapacity } from "../network/splitNetwork.ts";
import type { WeightBlocks } from "../network/weightMemory.ts";
import { summaryNetworkSpec, type VectorFieldSpec } from "./vectorFieldSpec.ts";

/**
 * What the field's network is given of a row: its features, and the summaries that a network of their own makes of them. A
 * nonlinear place of the data that depends on the row is then one subtraction away from u.
 */
export interface FieldRowNetwork {
  refresh(): void;
  /** Fills the rows with features (numRows × numFeatures) and summaries. */
  run(features: Float64Array, numRows: number): void;
  /** Given the gradient in the rows, at the last `run`: overwrites that in the weights. */
  backwardWeights(rowGradient: Matrix): void;
  /** Given the gradient in the rows, at the last `run`: ADDS that in the features. */
  pullback(rowGradient: Matrix, numRows: number, featureGradient: Float64Array): void;
}

/** Float32 elements that `createRowNetwork` allocates. */
export function rowNetworkCapacity(spec: VectorFieldSpec, maxRows: number): number {
  if (spec.numSummaries === 0) return 0;
  return (
    splitInputsCapacity(spec.numFeatures, 0, maxRows, 1) + splitNetworkCapacity(summaryNetworkSpec(spec), maxRows, 1)
  );
}

export function createRowNetwork(
  kernels: Kernels,
  spec: VectorFieldSpec,
  blocks: WeightBlocks,
  rows: Matrix,
  maxRows: number,
): FieldRowNetwork {
  const { numFeatures, numSummaries } = spec;
  const summaries = numSummaries > 0 ? createSummaries(kernels, spec, blocks, maxRows) : undefined;
  return {
    refresh: () => summaries?.network.refresh(),
    run(features, numRows) {
      for (let r = 0; r < numRows; r++) {
        for (let f = 0; f < numFeatures; f++) rows.values[r * rows.stride + f] = features[r * numFeatures + f];
      }
      if (summaries === undefined) return;
      const { inputs, network } = summaries;
      inputs.size.numRows = numRows;
      for (let r = 0; r < numRows; r++) {
        for (let f = 0; f < numFeatures; f++) {
          inputs.rows.values[r * inputs.rows.stride + f] = features[r * numFeatures + f];
        }
      }
      network.run();
      copyColumns(network.outputs, 0, rows, numFeatures, numSummaries, numRows);
    },
    backwardWeights(rowGradient) {
      if (summaries === undefined) return;
      const { inputs, network } = summaries;
      copyColumns(rowGradient, numFeatures, network.outputGradient, 0, numSummaries, inputs.size.numRows);
      network.backward({ weights: true, rowInputs: false, termInputs: false });
    },
    pullback(rowGradient, numRows, featureGradient) {
      addColumns(rowGradient, numFeatures, numRows, featureGradient);
      if (summaries === undefined) return;
      const { inputs, network } = summaries;
      copyColumns(rowGradient, numFeatures, network.outputGradient, 0, numSummaries, numRows);
      clearInputGradients(inputs);
      network.backward({ weights: false, rowInputs: true, termInputs: false });
      addColumns(inputs.rowGradient, numFeatures, numRows, featureGradient);
    },
  };
}

function createSummaries(kernels: Kernels, spec: VectorFieldSpec, blocks: WeightBlocks, maxRows: number) {
  const inputs = createSplitInputs(kernels, spec.numFeatures, 0, maxRows, 1);
  return { inputs, network: createSplitNetwork(kernels, summaryNetworkSpec(spec), blocks, "summary", inputs) };
}

function copyColumns(from: Matrix, first: number, to: Matrix, at: number, width: number, numRows: number): void {
  for (let r = 0; r < numRows; r++) {
    for (let k = 0; k < width; k++) to.values[r * to.stride + at + k] = from.values[r * from.stride + first + k];
  }
}

function addColumns({ values, stride }: Matrix, width: number, numRows: number, to: Float64Array): void {
  for (let r = 0; r < numRows; r++) for (let f = 0; f < width; f++) to[r * width + f] += values[r * stride + f];
}
