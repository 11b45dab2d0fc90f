import type { Support } from "@poolish/core";
import { encodeSafetensors } from "@poolish/io";
import type { EstimatorSpec } from "./estimatorSpec.ts";
import { toTensors } from "./weightTensors.ts";

/** JSON has no infinities: an open side of a support is written as null. */
function closeSupport({ kind, lower, upper }: Support): Record<string, unknown> {
  const finite = (bound: number) => (Number.isFinite(bound) ? bound : null);
  return { kind, lower: finite(lower), upper: finite(upper) };
}

/**
 * The estimator's file: safetensors with one float32 tensor for each block of weights, and the specification as JSON under
 * the metadata key `poolish`. Equal estimators give equal bytes.
 */
export function estimatorToBytes({ spec, weights }: { spec: EstimatorSpec; weights: Float32Array }): Uint8Array {
  const json = {
    ...spec,
    parameters: spec.parameters.map((parameter) => ({ ...parameter, support: closeSupport(parameter.support) })),
    features: spec.features.map((feature) => {
      const { lower, upper } = closeSupport({ kind: "interval", lower: feature.lower, upper: feature.upper });
      return { ...feature, lower, upper };
    }),
  };
  return encodeSafetensors({ tensors: toTensors(spec.density, weights), metadata: { poolish: JSON.stringify(json) } });
}
