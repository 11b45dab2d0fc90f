import type { Rng } from "@poolish/core";
import { type FlowSpec, flowBlocks, flowNetworkSpec, type MaskedBlock } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";

/**
 * Weights to start from: every transform is the identity, for what leads to its parameters is 0. The other matrices are
 * normal with variance 1 / inputs, the first layer's biases uniform on [−1, 1], so that units differ.
 */
export function initialFlowWeights(rng: Rng, spec: FlowSpec): Float32Array {
  const { numRowInputs, numTermInputs } = flowNetworkSpec(spec);
  const initialBlock = ({ name, shape, mask }: MaskedBlock): Float32Array => {
    const [layer, part] = name.split(".").slice(-2);
    if (Number(layer) === spec.hidden.length) return mask.map(() => 0);
    if (part === "bias") return mask.map(() => (layer === "0" ? 2 * rng.uniform() - 1 : 0));
    const scale = 1 / Math.sqrt(layer === "0" ? numRowInputs + numTermInputs : shape[0]);
    return mask.map((free) => free * scale * standardNormal(rng));
  };
  return Float32Array.from(flowBlocks(spec).flatMap((block) => Array.from(initialBlock(block))));
}
