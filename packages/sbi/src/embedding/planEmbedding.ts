import { PoolishError } from "@poolish/core";
import {
  type ConvolutionEmbeddingSpec,
  type CreateLayersEmbedding,
  convolvedLengths,
  type EmbeddingSpec,
} from "@poolish/estimators";
import type { ConvolutionChoice, EmbeddingChoice, LayersChoice } from "./embeddingChoice.ts";
import { createLayersFrom } from "./reviveEstimator.ts";

/** From this many inputs on, x is summarised by a network unless the recipe says otherwise. */
const MANY_INPUTS = 40;
const FEWEST_SUMMARIES = 8;
const HIDDEN: readonly number[] = [64, 64];
const CONVOLUTIONS: ConvolutionEmbeddingSpec["convolutions"] = [
  { numFilters: 16, size: 5, stride: 2 },
  { numFilters: 32, size: 5, stride: 2 },
];

/** What an embedding is chosen for. */
export interface EmbeddingProblem {
  readonly numInputs: number;
  readonly numParameters: number;
  /** The fewest and the most trials of a simulation, where simulations are sets of trials. */
  readonly numTrials: readonly [fewest: number, most: number] | undefined;
}

export interface EmbeddingPlan {
  readonly embedding: EmbeddingSpec;
  /** What was chosen and why, in a line; undefined where the recipe chose. */
  readonly notice: string | undefined;
  /** Of a network in the layers of TensorFlow.js. */
  readonly layers?: { readonly create: CreateLayersEmbedding; readonly initial: Float32Array };
}

/**
 * The architecture that a recipe's choice, or the shape of x, leads to.
 * @throws PoolishError for a choice that does not fit the simulations.
 */
export async function planEmbedding(choice: EmbeddingChoice, problem: EmbeddingProblem): Promise<EmbeddingPlan> {
  if (choice.kind === "layers") return planLayers(choice, problem);
  if (choice.kind !== "auto") return { embedding: specOf(choice, problem), notice: undefined };
  const { numInputs, numTrials } = problem;
  if (numTrials !== undefined) {
    const notice = `x is a set of ${numTrials[0]} to ${numTrials[1]} trials, whose order does not count (embedding "set").`;
    return { embedding: specOf({ kind: "set" }, problem), notice };
  }
  const kind = numInputs < MANY_INPUTS ? "identity" : "mlp";
  const reason =
    kind === "identity"
      ? 'few enough to condition on as they are (embedding "identity")'
      : 'which a network summarises (embedding "mlp"; for a series pass "conv1d")';
  const notice = `x has ${numInputs} input${numInputs === 1 ? "" : "s"}, ${reason}.`;
  return { embedding: specOf({ kind }, problem), notice };
}

async function planLayers({ model }: LayersChoice, { numInputs, numTrials }: EmbeddingProblem): Promise<EmbeddingPlan> {
  if (numTrials !== undefined) refuseTrials("layers");
  const { layersSpec, layersWeights, requireGradients } = await import("./layersEmbedding.ts");
  const embedding = layersSpec(model, numInputs);
  const layers = { create: await createLayersFrom(embedding), initial: layersWeights(model) };
  await requireGradients(model);
  return { embedding, notice: undefined, layers };
}

function specOf(
  choice: Exclude<EmbeddingChoice, { kind: "auto" | "layers" }>,
  problem: EmbeddingProblem,
): EmbeddingSpec {
  const { numInputs, numParameters, numTrials } = problem;
  if ((choice.kind === "set") !== (numTrials !== undefined)) refuseTrials(choice.kind);
  if (choice.kind === "identity") return { kind: "identity", numInputs };
  const numSummaries = choice.numSummaries ?? Math.max(FEWEST_SUMMARIES, 3 * numParameters);
  const network = { numInputs, hidden: choice.hidden ?? HIDDEN, activation: "silu", numSummaries } as const;
  switch (choice.kind) {
    case "mlp":
      return { kind: "mlp", ...network };
    case "set":
      return { kind: "set", ...network, numSummaries: numSummaries + 1, numTrials: numTrials ?? [1, 1] };
    case "conv1d":
      return convolution(choice, network);
  }
}

function convolution(
  { numChannels = 1, convolutions = CONVOLUTIONS }: ConvolutionChoice,
  network: Omit<ConvolutionEmbeddingSpec, "kind" | "numChannels" | "convolutions">,
): EmbeddingSpec {
  const spec = { kind: "conv1d", ...network, numChannels, convolutions } as const;
  const { numInputs } = network;
  if (numInputs % numChannels !== 0) {
    refuse(
      "embedding.numChannels",
      `${numInputs} inputs are not a whole number of positions of ${numChannels} channels`,
    );
  }
  if (convolvedLengths(spec).some((length) => length < 1)) {
    refuse("embedding.convolutions", `a series of ${numInputs / numChannels} positions is too short for them`);
  }
  return spec;
}

function refuseTrials(kind: string): never {
  if (kind === "set") refuse("embedding", "each simulation is a single trial: simulate with trials: [fewest, most]");
  return refuse(
    "embedding",
    `the simulations are sets of trials, which "${kind}" cannot take: leave it out or pass "set"`,
  );
}

function refuse(field: string, message: string): never {
  throw new PoolishError(message, { kind: "input", field, remedy: "Change the embedding, or the simulations." });
}
