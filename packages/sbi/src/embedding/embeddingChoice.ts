import { PoolishError, requireCount } from "@poolish/core";
import type { ConvolutionSpec } from "@poolish/estimators";
import type { LayersModel } from "@tensorflow/tfjs";

/** Settings that all networks from x to summaries share. */
interface NetworkChoice {
  /** Widths of the fully connected hidden layers; two of 64 by default. */
  readonly hidden?: readonly number[];
  /** How many numbers the estimator conditions on. By default three times the number of parameters, and at least 8. */
  readonly numSummaries?: number;
}

/** A fully connected network. */
export interface MlpChoice extends NetworkChoice {
  readonly kind: "mlp";
}

/** Convolutions along a series, then a fully connected network. */
export interface ConvolutionChoice extends NetworkChoice {
  readonly kind: "conv1d";
  /** Columns of one position: the columns of x are those of the first position, then those of the second, and so on. 1 by default. */
  readonly numChannels?: number;
  /** By default two convolutions of 16 and 32 filters of 5 positions, each of stride 2. */
  readonly convolutions?: readonly ConvolutionSpec[];
}

/** A network of each trial, averaged: for simulations that are sets of trials, see `SimulateOptions.trials`. */
export interface SetChoice extends NetworkChoice {
  readonly kind: "set";
}

/** A network in the layers of TensorFlow.js, from [inputs] (or another fixed shape, filled row by row) to [summaries]. */
export interface LayersChoice {
  readonly kind: "layers";
  /** Training starts from its weights; it is left as it is. */
  readonly model: LayersModel;
}

/** What a recipe says of the embedding of x. */
export type EmbeddingChoice =
  | { readonly kind: "auto" }
  | { readonly kind: "identity" }
  | MlpChoice
  | ConvolutionChoice
  | SetChoice
  | LayersChoice;

type NamedKind = Exclude<EmbeddingChoice["kind"], "layers">;

/** A kind by name, with defaults; or a kind with its settings. */
export type EmbeddingOption = NamedKind | EmbeddingChoice;

const KINDS: readonly EmbeddingChoice["kind"][] = ["auto", "identity", "mlp", "conv1d", "set", "layers"];

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
  if (choice.kind === "layers") requireModel(choice);
  if (choice.kind === "auto" || choice.kind === "identity" || choice.kind === "layers") return choice;
  requireWidths(choice);
  if (choice.kind === "conv1d") requireConvolutions(choice);
  return choice;
}

/** Programs without types may forget the model, or pass "layers" alone. */
function requireModel({ model }: Partial<LayersChoice>): void {
  if (model?.inputs !== undefined && model.outputs !== undefined) return;
  throw new PoolishError('the kind "layers" comes with a network', {
    kind: "input",
    field: "embedding.model",
    remedy: 'Pass { kind: "layers", model }, a tf.LayersModel such as tf.sequential(…).',
  });
}

function requireWidths({ hidden, numSummaries }: NetworkChoice): void {
  if (hidden !== undefined) requireCount("embedding.hidden", hidden.length, 1);
  for (const width of hidden ?? []) requireCount("embedding.hidden", width, 1);
  if (numSummaries !== undefined) requireCount("embedding.numSummaries", numSummaries, 1);
}

function requireConvolutions({ numChannels, convolutions }: ConvolutionChoice): void {
  if (numChannels !== undefined) requireCount("embedding.numChannels", numChannels, 1);
  if (convolutions !== undefined) requireCount("embedding.convolutions", convolutions.length, 1);
  for (const { numFilters, size, stride } of convolutions ?? []) {
    for (const [name, value] of Object.entries({ numFilters, size, stride })) {
      requireCount(`embedding.convolutions.${name}`, value, 1);
    }
  }
}
