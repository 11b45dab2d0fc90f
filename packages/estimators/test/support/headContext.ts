import { createKernels, type Kernels } from "@poolish/kernels";
import type { HeadContext } from "../../src/autoregressive/columnHead.ts";

/** A context whose network is its outputs alone: `outputs[item]` of each item; items are terms unless rows are given. */
export function headContext(
  outputs: readonly (readonly number[])[],
  rowOfTerm?: readonly number[],
): HeadContext & { readonly kernels: Kernels } {
  const numTerms = rowOfTerm?.length ?? outputs.length;
  const width = outputs[0].length;
  const kernels = createKernels({ capacity: 10_000 + 200 * numTerms * (width + 8) });
  const matrix = kernels.allocateMatrix(outputs.length, width);
  outputs.forEach((numbers, i) => {
    matrix.values.set(numbers, i * matrix.stride);
  });
  const indices = kernels.allocateIndices(numTerms);
  indices.values.set(rowOfTerm ?? Array.from({ length: numTerms }, (_, i) => i));
  return {
    kernels,
    network: {
      isPerTerm: rowOfTerm === undefined,
      outputs: matrix,
      outputGradient: kernels.allocateMatrix(outputs.length, width),
      refresh() {},
      run() {},
      backward() {},
    },
    size: { numRows: outputs.length, numTerms },
    itemOfTerm: indices.values,
    itemIndices: rowOfTerm === undefined ? null : indices,
    maxTerms: numTerms,
  };
}

/** The gradient of the outputs, item by item. */
export function outputGradients({ network }: HeadContext): number[][] {
  const { values, stride, columns, rows } = network.outputGradient;
  return Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * stride, i * stride + columns)));
}
