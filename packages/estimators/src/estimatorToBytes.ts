import { encodeSafetensors } from "@poolish/io";
import type { AnyEstimatorSpec } from "./memberBlocks.ts";
import { toTensors } from "./weightTensors.ts";

/**
 * The estimator's file: safetensors with one float32 tensor for each block of weights, and the specification as JSON under
 * the metadata key `poolish`. JSON has no infinities: the open side of a support or of a column is written as null. Equal
 * estimators give equal bytes.
 */
export function estimatorToBytes({ spec, weights }: { spec: AnyEstimatorSpec; weights: Float32Array }): Uint8Array {
  return encodeSafetensors({ tensors: toTensors(spec, weights), metadata: { poolish: JSON.stringify(spec) } });
}
