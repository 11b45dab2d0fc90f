import { writeFeatureRows } from "../../src/density/featureRows.ts";
import { createFlowParts, type FlowParts, setTerms } from "../../src/flow/flowParts.ts";
import type { FlowSpec, FlowTransformSpec } from "../../src/flow/flowSpec.ts";
import { writeFlatWeights } from "../../src/network/weightMemory.ts";
import { continuousColumns, type Point } from "./continuousDensity.ts";

export const AFFINE: FlowTransformSpec = { kind: "affine" };
export const SPLINE: FlowTransformSpec = { kind: "spline", numBins: 5, bound: 3 };

const ORDERS: readonly (readonly number[])[][] = [
  [],
  [[0], [0]],
  [
    [0, 1],
    [1, 0],
  ],
  [
    [0, 1, 2],
    [2, 0, 1],
    [1, 0, 2],
  ],
];

/** A small flow over one, two or three columns. */
export function flowSpec(transform: FlowTransformSpec, numColumns: 1 | 2 | 3, part: Partial<FlowSpec> = {}): FlowSpec {
  return {
    kind: "flow",
    columns: continuousColumns(numColumns),
    numFeatures: 3,
    numConditions: 0,
    transform,
    orders: ORDERS[numColumns],
    hidden: [10, 7],
    activation: "tanh",
    hasSkip: false,
    ...part,
  };
}

/** The parts of a flow at a point. */
export function flowPartsAt(spec: FlowSpec, { weights, terms, features, numRows }: Point): FlowParts {
  const parts = createFlowParts(spec, numRows, terms.numTerms);
  const { kernels, memory, mask, steps, inputs } = parts;
  writeFlatWeights(memory, weights);
  kernels.multiply(memory.weights, mask, memory.weights, mask.length);
  for (const { network } of steps) network.refresh();
  setTerms(parts, terms);
  writeFeatureRows(inputs, features, spec.numFeatures, numRows);
  return parts;
}
