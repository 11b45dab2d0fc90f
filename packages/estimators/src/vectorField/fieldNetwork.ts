import type { Kernels } from "@poolish/kernels";
import type { SplitInputs } from "../network/splitInputs.ts";
import { createSplitNetwork, type SplitNetwork, splitNetworkCapacity } from "../network/splitNetwork.ts";
import type { WeightBlocks } from "../network/weightMemory.ts";
import {
  type AttentionNetwork,
  attentionNetworkCapacity,
  createAttentionNetwork,
} from "./attention/attentionNetwork.ts";
import { attentionInputs, fieldNetworkSpec, type VectorFieldSpec } from "./vectorFieldSpec.ts";

/** What says how u turns, over the rows and terms of `SplitInputs`: a `SplitNetwork` that runs once a term, or a transformer. */
export interface FieldNetwork
  extends Pick<SplitNetwork, "outputs" | "outputGradient" | "refresh" | "run" | "backward"> {
  /** To be called when rows have changed, before `run`. */
  runRows(): void;
  /** The transformer, where the specification asks for one. */
  readonly attention?: AttentionNetwork;
}

/** Float32 elements that `createFieldNetwork` allocates. */
export function fieldNetworkCapacity(spec: VectorFieldSpec, maxRows: number, maxTerms: number): number {
  const { attention } = spec;
  if (attention === undefined) return splitNetworkCapacity(fieldNetworkSpec(spec), maxRows, maxTerms);
  return attentionNetworkCapacity(attention, attentionInputs(spec), maxRows, maxTerms);
}

export function createFieldNetwork(
  kernels: Kernels,
  spec: VectorFieldSpec,
  blocks: WeightBlocks,
  inputs: SplitInputs,
): FieldNetwork {
  if (spec.attention === undefined) {
    return { ...createSplitNetwork(kernels, fieldNetworkSpec(spec), blocks, "field", inputs), runRows() {} };
  }
  const D = spec.columns.length;
  const attention = createAttentionNetwork(kernels, spec.attention, blocks, "field", inputs, D);
  return { ...attention, attention };
}
