import { PoolishError, requireCount } from "@poolish/core";

/** Settings of a fully connected network from x to summaries. */
export interface MlpChoice {
  readonly kind: "mlp";
  /** Widths of the hidden layers; two of 64 by default. */
  readonly hidden?: readonly number[];
  /** Twice the number of parameters by default, and at least 8. */
  readonly numSummaries?: number;
}

/** What a recipe says of the embedding of x. */
export type EmbeddingChoice = { readonly kind: "auto" } | { readonly kind: "identity" } | MlpChoice;

/** A kind by name, with defaults; or a kind with its settings. */
export type EmbeddingOption = EmbeddingChoice["kind"] | EmbeddingChoice;

const KINDS: readonly EmbeddingChoice["kind"][] = ["auto", "identity", "mlp"];

/** @throws PoolishError naming what is out of range. */
export function embeddingChoice(option: EmbeddingOption = "auto"): EmbeddingChoice {
  const choice: EmbeddingChoice = typeof option === "string" ? { kind: option } : option;
  if (!KINDS.includes(choice.kind)) {
    throw new PoolishError(`there is no embedding "${choice.kind}"`, {
      kind: "input",
      field: "embedding",
      remedy: `Pass one of ${KINDS.join(", ")}, or an object with such a kind and its settings.`,
    });
  }
  if (choice.kind !== "mlp") return choice;
  for (const width of choice.hidden ?? []) requireCount("embedding.hidden", width, 1);
  if (choice.numSummaries !== undefined) requireCount("embedding.numSummaries", choice.numSummaries, 1);
  return choice;
}
