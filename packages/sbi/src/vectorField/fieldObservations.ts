import { PoolishError, type Rng } from "@poolish/core";
import {
  type CreateLayersEmbedding,
  createEmbedding,
  type Embedding,
  type EmbeddingInputs,
  numEmbeddingWeights,
  numSummaries,
  type ObservationSpec,
  type PosteriorEstimator,
} from "@poolish/estimators";
import type { EmbeddingChoice } from "../embedding/embeddingChoice.ts";
import { fitObservations } from "../embedding/fitObservations.ts";
import { initialEmbedding, standardizeSummaries } from "../embedding/initialEmbedding.ts";
import { createObservationBatch, mostTrials } from "../embedding/observationBatch.ts";
import { planEmbedding } from "../embedding/planEmbedding.ts";
import { summariseSimulations } from "../embedding/summariseSimulations.ts";
import { firstTrials, type Simulations } from "../simulations.ts";
import { isPosterior } from "./vectorField.ts";

/** How a field is given x, and what its file says of it. */
export interface FieldObservations extends ObservationSpec {
  /** count × numFeatures; 0 where they are those of an embedding that is yet to be trained. */
  readonly features: Float64Array;
  readonly numFeatures: number;
  /** Weights of an embedding that stays as it is. */
  readonly embeddingWeights: Float32Array;
  /** The embedding that is trained with the field. */
  readonly trained?: TrainedEmbedding;
  /** What the trained embedding is and why, where the recipe left it open. */
  readonly notice?: string;
}

/** An embedding over simulations, for the training of a field. */
export interface TrainedEmbedding {
  readonly numWeights: number;
  readonly createLayers: CreateLayersEmbedding | undefined;
  /** For up to `maxBatch` simulations. */
  create(maxBatch: number): Embedding;
  /** What it reads of the simulations `indices`, at most `maxBatch`. */
  createObserve(maxBatch: number): (indices: Int32Array) => EmbeddingInputs;
  /** Weights to start from: its summaries of the simulations have mean 0 and standard deviation 1. */
  initial(rng: Rng): Float32Array;
  /** Its summaries of all simulations: count × numFeatures. */
  summarise(weights: Float32Array): Float64Array;
}

/** Simulations that are summarised at once, outside of training. */
const BLOCK = 256;

/**
 * x as it is, standardised on the simulations `training`, or as the embedding that was chosen summarises it.
 * @throws PoolishError for an embedding that does not fit the simulations.
 */
export async function fieldObservations(
  simulations: Simulations,
  training: Int32Array,
  choice: EmbeddingChoice | PosteriorEstimator,
): Promise<FieldObservations> {
  if (isPosterior(choice)) return takenOver(simulations, choice);
  const { columns, inputs, values, first } = fitObservations(simulations, training);
  const { numTrials, parameters, count } = simulations;
  const { embedding, notice, layers } = await planEmbedding(choice, {
    numInputs: inputs.length,
    numParameters: parameters.length,
    numTrials: numTrials && [
      numTrials.reduce((least, value) => Math.min(least, value), Infinity),
      numTrials.reduce((most, value) => Math.max(most, value), 0),
    ],
  });
  const numFeatures = numSummaries(embedding);
  const shared = { columns, inputs, embedding, numFeatures, embeddingWeights: new Float32Array(0) };
  const told = { ...shared, ...(notice !== undefined && { notice }) };
  if (embedding.kind === "identity") return { ...told, features: values };
  const create = (maxBatch: number): Embedding =>
    createEmbedding(embedding, maxBatch, mostTrials(first, maxBatch), layers?.create);
  const createObserve = (maxBatch: number): ((indices: Int32Array) => EmbeddingInputs) =>
    createObservationBatch({ width: inputs.length, values, first }, maxBatch);
  const summarise = (weights: Float32Array): Float64Array => {
    const network = create(BLOCK);
    network.setWeights(weights);
    return summariseSimulations(network, createObserve(BLOCK), count, BLOCK);
  };
  const initial = (rng: Rng): Float32Array => {
    const raw = layers?.initial ?? initialEmbedding(rng, embedding);
    return standardizeSummaries(embedding, raw, summarise(raw), numFeatures);
  };
  const numWeights = numEmbeddingWeights(embedding);
  const trained = { numWeights, createLayers: layers?.create, create, createObserve, initial, summarise };
  return { ...told, features: new Float64Array(count * numFeatures), trained };
}

function takenOver(simulations: Simulations, posterior: PosteriorEstimator): FieldObservations {
  const { columns, inputs, embedding } = posterior.spec;
  const names = [...simulations.columns, ...simulations.conditions].map(({ name }) => name).join(", ");
  const wanted = columns.map(({ name }) => name).join(", ");
  if (names !== wanted) refuse(`it reads ${wanted}, the simulations have ${names}`, "Train it on these simulations.");
  const features = posterior.summaries(observationsOf(simulations));
  // Of the first member: its weights begin with the embedding's.
  const embeddingWeights = posterior.weights.slice(0, numEmbeddingWeights(embedding));
  const numFeatures = features.length / simulations.count;
  return { columns, inputs, embedding, features, numFeatures, embeddingWeights };
}

function refuse(problem: string, remedy: string): never {
  throw new PoolishError(problem, { kind: "input", field: "embedding", remedy });
}

/** One array for each simulation: its trials one after another, each with its known conditions behind it. */
function observationsOf(simulations: Simulations): Float64Array[] {
  const { columns, conditions, x, conditionValues, count } = simulations;
  const first = firstTrials(simulations);
  const [wide, known] = [columns.length, conditions.length];
  return Array.from({ length: count }, (_, i) => {
    const trials = Array.from({ length: first[i + 1] - first[i] }, (_trial, k) => first[i] + k);
    return Float64Array.from(
      trials.flatMap((trial) => [
        ...x.subarray(trial * wide, (trial + 1) * wide),
        ...conditionValues.subarray(trial * known, (trial + 1) * known),
      ]),
    );
  });
}
