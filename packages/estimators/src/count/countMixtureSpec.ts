import type { MlpSpec } from "../mlp.ts";
import type { WeightBlock } from "../network/splitNetworkSpec.ts";
import type { CountScale } from "./countScale.ts";

/** The architecture of p(count | θ) for a single column: a network, a linear path beside it, and the mixture that both feed. */
export interface CountMixtureSpec {
  readonly kind: "count-mixture";
  readonly numComponents: number;
  /** From the features of θ to the outputs of the mixture. */
  readonly network: MlpSpec;
  readonly scale: CountScale;
  /** The largest count among the training simulations. */
  readonly largestCount: number;
}

/** The blocks of the flat weights, in order: `network.K.weight` (inputs × outputs), `network.K.bias`, `linear` (features × 2). */
export function countMixtureBlocks({ network: { widths } }: Pick<CountMixtureSpec, "network">): WeightBlock[] {
  const layers = widths.slice(1).flatMap((outputs, layer) => [
    { name: `network.${layer}.weight`, shape: [widths[layer], outputs] },
    { name: `network.${layer}.bias`, shape: [outputs] },
  ]);
  return [...layers, { name: "linear", shape: [widths[0], 2] }];
}
