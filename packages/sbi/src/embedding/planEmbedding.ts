import type { EmbeddingSpec } from "@poolish/estimators";
import type { EmbeddingChoice } from "./embeddingChoice.ts";

/** From this many inputs on, x is summarised by a network unless the recipe says otherwise. */
const MANY_INPUTS = 40;
const FEWEST_SUMMARIES = 8;
const HIDDEN: readonly number[] = [64, 64];

/** What an embedding is chosen for. */
export interface EmbeddingProblem {
  readonly numInputs: number;
  readonly numParameters: number;
}

/** The architecture that a recipe's choice, or the shape of x, leads to; and in words, what was chosen and why. */
export function planEmbedding(
  choice: EmbeddingChoice,
  problem: EmbeddingProblem,
): { readonly embedding: EmbeddingSpec; readonly notice: string | undefined } {
  const { numInputs } = problem;
  if (choice.kind !== "auto") return { embedding: specOf(choice, problem), notice: undefined };
  const kind = numInputs < MANY_INPUTS ? "identity" : "mlp";
  const reason = kind === "identity" ? "few enough to condition on as they are" : "which a network summarises";
  const notice = `x has ${numInputs} input${numInputs === 1 ? "" : "s"}, ${reason} (embedding "${kind}").`;
  return { embedding: specOf({ kind }, problem), notice };
}

function specOf(choice: Exclude<EmbeddingChoice, { kind: "auto" }>, problem: EmbeddingProblem): EmbeddingSpec {
  const { numInputs, numParameters } = problem;
  switch (choice.kind) {
    case "identity":
      return { kind: "identity", numInputs };
    case "mlp": {
      const numSummaries = choice.numSummaries ?? Math.max(FEWEST_SUMMARIES, 2 * numParameters);
      return { kind: "mlp", numInputs, hidden: choice.hidden ?? HIDDEN, activation: "silu", numSummaries };
    }
  }
}
