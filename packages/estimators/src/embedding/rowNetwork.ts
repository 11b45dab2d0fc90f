import { createKernels, type Matrix } from "@poolish/kernels";
import { writeFeatureRows } from "../density/featureRows.ts";
import { clearInputGradients, createSplitInputs, splitInputsCapacity } from "../network/splitInputs.ts";
import { createSplitNetwork, splitNetworkCapacity } from "../network/splitNetwork.ts";
import { type SplitNetworkSpec, splitNetworkBlocks } from "../network/splitNetworkSpec.ts";
import { createWeightMemory, type WeightMemory, weightMemoryCapacity } from "../network/weightMemory.ts";

/** A fully connected network of rows, with its weights under the name `embedding`. */
export interface RowNetwork {
  readonly memory: WeightMemory;
  readonly outputs: Matrix;
  /** To be filled before `backward`. */
  readonly outputGradient: Matrix;
  /** The gradient in the inputs, where `backward` was asked for it. */
  readonly inputGradient: Matrix;
  refresh(): void;
  /** `values`: numRows × inputs, row-major. */
  run(values: Float64Array, numRows: number): void;
  /** Overwrites the weights' gradient in memory. */
  backward(wantsInputs: boolean): void;
}

export function createRowNetwork(spec: SplitNetworkSpec, maxRows: number): RowNetwork {
  const { numRowInputs } = spec;
  const blocks = splitNetworkBlocks(spec, "embedding");
  const kernels = createKernels({
    capacity:
      weightMemoryCapacity(blocks) +
      splitInputsCapacity(numRowInputs, 0, maxRows, 1) +
      splitNetworkCapacity(spec, maxRows, 1),
  });
  const memory = createWeightMemory(kernels, blocks);
  const inputs = createSplitInputs(kernels, numRowInputs, 0, maxRows, 1);
  const network = createSplitNetwork(kernels, spec, memory, "embedding", inputs);
  return {
    memory,
    outputs: network.outputs,
    outputGradient: network.outputGradient,
    inputGradient: inputs.rowGradient,
    refresh: () => network.refresh(),
    run(values, numRows) {
      writeFeatureRows(inputs, values, numRowInputs, numRows);
      network.run();
    },
    backward(wantsInputs) {
      clearInputGradients(inputs);
      network.backward({ weights: true, rowInputs: wantsInputs, termInputs: false });
    },
  };
}
