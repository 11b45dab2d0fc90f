import type { Tensor } from "@poolish/io";
import type { CountDensitySpec } from "./count/countDensity.ts";

/** A named block of the flat weights. */
interface WeightBlock {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The blocks of the flat weights, in order: `network.K.weight` (inputs × outputs), `network.K.bias`, `linear` (features × 2). */
export function weightBlocks({ network: { widths } }: CountDensitySpec): WeightBlock[] {
  const layers = widths.slice(1).flatMap((outputs, layer) => [
    { name: `network.${layer}.weight`, shape: [widths[layer], outputs] },
    { name: `network.${layer}.bias`, shape: [outputs] },
  ]);
  return [...layers, { name: "linear", shape: [widths[0], 2] }];
}

/** Cuts flat weights into named tensors, without copying. */
export function toTensors(spec: CountDensitySpec, weights: Float32Array): Record<string, Tensor> {
  let offset = 0;
  return Object.fromEntries(
    weightBlocks(spec).map(({ name, shape }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const values = weights.subarray(offset, offset + size);
      offset += size;
      return [name, { dtype: "F32", shape, values } satisfies Tensor];
    }),
  );
}
