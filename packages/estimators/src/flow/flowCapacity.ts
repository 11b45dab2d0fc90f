import { matrixLength, paddedRows } from "@poolish/kernels";
import { splitInputsCapacity } from "../network/splitInputs.ts";
import { splitNetworkCapacity } from "../network/splitNetwork.ts";
import type { WeightBlock } from "../network/splitNetworkSpec.ts";
import { weightMemoryCapacity } from "../network/weightMemory.ts";
import { type FlowSpec, flowBlocks, flowNetworkSpec } from "./flowSpec.ts";
import { flowTransformCapacity } from "./flowTransform.ts";

/** Float32 elements that `createFlowParts` allocates, at most. */
export function flowCapacity(spec: FlowSpec, maxRows: number, maxTerms: number): number {
  const { columns, numConditions, numFeatures, orders, transform } = spec;
  const network = flowNetworkSpec(spec);
  const blocks = flowBlocks(spec);
  const width = columns.length + numConditions;
  const perStep =
    splitNetworkCapacity(network, maxRows, maxTerms) +
    flowTransformCapacity(transform, columns.length, maxTerms) +
    matrixLength(maxTerms, width);
  return (
    weightMemoryCapacity(blocks) +
    blocks.reduce((sum, block) => sum + maskLength(block), 0) +
    splitInputsCapacity(numFeatures, width, maxRows, maxTerms) +
    orders.length * perStep +
    matrixLength(maxTerms, network.numOutputs) +
    2 * paddedRows(maxTerms)
  );
}

/** A bias takes less than a matrix of one row. */
function maskLength({ shape }: WeightBlock): number {
  return shape.length === 1 ? matrixLength(1, shape[0]) : matrixLength(shape[0], shape[1]);
}
