import type { Indices, Kernels } from "@poolish/kernels";
import type { Size } from "../network/splitInputs.ts";
import type { SplitNetwork } from "../network/splitNetwork.ts";

/** What a column's head works over: its network's outputs, whose item term i reads is itemOfTerm[i], which rises. */
export interface HeadContext {
  readonly kernels: Kernels;
  readonly network: SplitNetwork;
  readonly size: Size;
  readonly itemOfTerm: Int32Array;
  /** The same for the kernels; null where terms are items. */
  readonly itemIndices: Indices | null;
  readonly maxTerms: number;
}

export function numItems({ network, size }: Pick<HeadContext, "network" | "size">): number {
  return network.isPerTerm ? size.numTerms : size.numRows;
}
