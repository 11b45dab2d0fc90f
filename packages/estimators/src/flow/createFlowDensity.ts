import type { ConditionalDensity } from "../density/conditionalDensity.ts";
import { writeFeatureRows } from "../density/featureRows.ts";
import { writeFlatWeights } from "../network/weightMemory.ts";
import { evaluateFlow } from "./evaluateFlow.ts";
import { createFlowParts, type FlowParts, setTerms } from "./flowParts.ts";
import type { FlowSpec } from "./flowSpec.ts";
import { pullbackFlow } from "./pullbackFlow.ts";
import { sampleFlow } from "./sampleFlow.ts";

/** Allocates the flow for up to `maxRows` rows and `maxTerms` terms. Flat weights: see `flowBlocks`. */
export function createFlowDensity(spec: FlowSpec, maxRows: number, maxTerms: number): ConditionalDensity {
  const parts = createFlowParts(spec, maxRows, maxTerms);
  return {
    numWeights: parts.memory.positions.length,
    memory: { ...parts.memory, refresh: () => refresh(parts) },
    setWeights(weights) {
      writeFlatWeights(parts.memory, weights);
      refresh(parts);
    },
    setTerms: (terms) => setTerms(parts, terms),
    evaluate(features, numRows, logTerms) {
      writeFeatureRows(parts.inputs, features, spec.numFeatures, numRows);
      evaluateFlow(parts, logTerms);
    },
    pullback: (adjoint, into) => pullbackFlow(parts, adjoint, into),
    sample(rng, features, numRows, columns) {
      writeFeatureRows(parts.inputs, features, spec.numFeatures, numRows);
      sampleFlow(rng, parts, columns);
    },
  };
}

/** Whatever was written to weights that a mask holds, they are 0. */
function refresh({ kernels, memory, mask, steps }: FlowParts): void {
  kernels.multiply(memory.weights, mask, memory.weights, mask.length);
  for (const { network } of steps) network.refresh();
}
