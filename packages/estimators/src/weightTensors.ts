import type { Tensor } from "@poolish/io";
import { type AnyEstimatorSpec, memberBlocks } from "./memberBlocks.ts";
import { blockLength, type WeightBlock } from "./network/splitNetworkSpec.ts";

/** The blocks of an estimator's flat weights, in order: those of each member, under `member.K.` where there are several. */
export function weightBlocks(spec: AnyEstimatorSpec): WeightBlock[] {
  const { numMembers } = spec;
  const blocks = memberBlocks(spec);
  return Array.from({ length: numMembers }, (_, k) =>
    blocks.map(({ name, shape }) => ({ name: numMembers === 1 ? name : `member.${k}.${name}`, shape })),
  ).flat();
}

/** Cuts flat weights into named tensors, without copying. */
export function toTensors(spec: AnyEstimatorSpec, weights: Float32Array): Record<string, Tensor> {
  let offset = 0;
  return Object.fromEntries(
    weightBlocks(spec).map(({ name, shape }) => {
      const size = blockLength(shape);
      const values = weights.subarray(offset, offset + size);
      offset += size;
      return [name, { dtype: "F32", shape, values } satisfies Tensor];
    }),
  );
}
