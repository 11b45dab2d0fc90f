import type { VectorFieldSpec } from "@poolish/estimators";
import type { VectorFieldRecipe } from "./vectorField.ts";

/** Of attention; the kernels take heads whose widths are multiples of 4. */
const NUM_HEADS = 4;
export const TOKEN_MULTIPLE: number = 4 * NUM_HEADS;
/** More features than this share tokens. */
const MOST_ROW_TOKENS = 24;

/** Constants of the recipe that `bench:sbibm` measures. A likelihood is evaluated many thousand times in a program. */
const HIDDEN = { posterior: [128, 128, 128, 128], likelihood: [64, 64, 64] } as const;
const SUMMARIES = { rowHidden: [64, 64], numSummaries: 16 } as const;
const TOKENS = { posterior: [32, 32, 32], likelihood: [32, 32] } as const;
/** Attention learns in fewer epochs, each of which takes many times as long. */
const NUM_EPOCHS = { mlp: 100, attention: 50 } as const;

export type FieldArchitecture = Pick<VectorFieldSpec, "rowHidden" | "numSummaries" | "hidden" | "attention">;

/** The network that a recipe asks for, given the features of a row. */
export function fieldArchitecture(
  { network, target, hidden }: Pick<VectorFieldRecipe, "network" | "target" | "hidden">,
  numFeatures: number,
): FieldArchitecture {
  if (network === "mlp") return { ...SUMMARIES, hidden: hidden ?? HIDDEN[target] };
  const widths = hidden ?? TOKENS[target];
  const patch = Math.ceil(numFeatures / MOST_ROW_TOKENS);
  const attention = { width: widths[0], numBlocks: widths.length, numHeads: NUM_HEADS, patch };
  return { rowHidden: [], numSummaries: 0, hidden: [], attention };
}

export function fieldEpochs({ network, numEpochs }: Pick<VectorFieldRecipe, "network" | "numEpochs">): number {
  return numEpochs ?? NUM_EPOCHS[network];
}
