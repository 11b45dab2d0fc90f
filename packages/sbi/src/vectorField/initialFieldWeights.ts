import type { Rng } from "@poolish/core";
import { attentionInputs, fieldNetworkSpec, summaryNetworkSpec, type VectorFieldSpec } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { initialNetwork } from "../autoregressive/initialWeights.ts";
import type { FittedBaseline } from "./fitBaseline.ts";
import { initialAttention } from "./initialAttention.ts";

/** The baseline, then a network that says nothing yet: its matrices are drawn, but what leads to outputs is 0. */
export function initialFieldWeights(rng: Rng, spec: VectorFieldSpec, baseline: FittedBaseline): Float32Array {
  const { slope, intercept, factor } = baseline;
  const summary = spec.numSummaries > 0 ? initialSummaries(rng, spec) : [];
  return Float32Array.from([
    ...slope,
    ...intercept,
    ...factor,
    ...summary,
    ...(spec.attention === undefined
      ? initialNetwork(rng, fieldNetworkSpec(spec))
      : initialAttention(rng, spec.attention, attentionInputs(spec))),
  ]);
}

/** Summaries begin as random functions of the features, of standard deviation about 1. */
function initialSummaries(rng: Rng, spec: VectorFieldSpec): number[] {
  const network = summaryNetworkSpec(spec);
  const weights = initialNetwork(rng, network);
  const { hidden, numOutputs } = network;
  const width = hidden[hidden.length - 1] ?? network.numRowInputs;
  // The output matrix, which stands before its biases at the end, begins at 0 otherwise.
  const from = weights.length - numOutputs - width * numOutputs;
  for (let i = 0; i < width * numOutputs; i++) weights[from + i] = standardNormal(rng) / Math.sqrt(width);
  return weights;
}
