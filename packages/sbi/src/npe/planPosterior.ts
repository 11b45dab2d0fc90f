import type { Rng } from "@poolish/core";
import {
  createDensity,
  createEmbedding,
  type DensitySpec,
  numEmbeddingWeights,
  numSummaries,
  type ObservationSpec,
} from "@poolish/estimators";
import { createDensityTrainer } from "../createDensityTrainer.ts";
import { fitObservations, type ObservedInputs } from "../embedding/fitObservations.ts";
import { initialEmbedding, standardizeSummaries } from "../embedding/initialEmbedding.ts";
import { createObservationBatch, mostTrials } from "../embedding/observationBatch.ts";
import { planEmbedding } from "../embedding/planEmbedding.ts";
import type { EncodedSimulations } from "../encodedSimulations.ts";
import type { DensityPlan, DensityProblem } from "../plan/densityPlan.ts";
import { planDensity } from "../plan/planDensity.ts";
import type { TrainingPlan } from "../runTraining.ts";
import type { Simulations } from "../simulations.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import { createEmbeddedTrainer } from "./createEmbeddedTrainer.ts";
import { encodeParameters } from "./encodeParameters.ts";
import type { NpeRecipe } from "./npe.ts";

/** What is learned from some simulations, and how. */
export interface PosteriorPlan extends ObservationSpec, TrainingPlan {
  readonly density: DensitySpec;
  /** Which embedding was chosen, where the choice was free. */
  readonly notice: string | undefined;
}

/** The density of θ and its training; what is standardised is measured on the simulations `training` alone. */
export function planPosterior(recipe: NpeRecipe, simulations: Simulations, training: Int32Array): PosteriorPlan {
  const { parameters, count, numTrials } = simulations;
  const observations = fitObservations(simulations, training);
  const { columns, inputs, values } = observations;
  const { embedding, notice } = planEmbedding(recipe.embedding, {
    numInputs: inputs.length,
    numParameters: parameters.length,
    numTrials: numTrials && [minimum(numTrials), -minimum(numTrials.map((number) => -number))],
  });
  const { encoding, ...encodedTheta } = encodeParameters(simulations, training);
  const encoded = { count, features: values, conditions: new Float64Array(0), ...encodedTheta };
  const family = recipe.density === "auto" ? DEFAULT_FAMILY : recipe.density;
  const problem: DensityProblem = {
    columns: encoding,
    names: parameters.map(({ name }) => name),
    simulations: encoded,
    numFeatures: numSummaries(embedding),
    numConditions: 0,
    training,
  };
  const planFor = (own: EncodedSimulations): DensityPlan =>
    planDensity(family, recipe, { ...problem, simulations: own });
  const plan = planFor(encoded);
  const { density, settings } = plan;
  const createTrainer =
    embedding.kind === "identity"
      ? (rng: Rng) => densityTrainer(rng, plan, encoded)
      : (rng: Rng) => embeddedTrainer(rng, embedding, observations, encoded, planFor);
  return { columns, inputs, embedding, notice, density, settings, createTrainer };
}

/** See docs/posteriors.md for what it was measured against. */
const DEFAULT_FAMILY = "nsf";

function minimum(values: Int32Array): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

function densityTrainer(rng: Rng, plan: DensityPlan, simulations: EncodedSimulations): TrainableDensity {
  const { density, settings, decays } = plan;
  const { batchSize } = settings;
  return createDensityTrainer({
    density: createDensity(density, batchSize, batchSize),
    simulations,
    initial: plan.initial(rng),
    decays,
    maxBatch: batchSize,
  });
}

function embeddedTrainer(
  rng: Rng,
  spec: ObservationSpec["embedding"],
  { inputs, values, first }: ObservedInputs,
  simulations: EncodedSimulations,
  planFor: (simulations: EncodedSimulations) => DensityPlan,
): TrainableDensity {
  const { batchSize } = planFor(simulations).settings;
  const observations = { width: inputs.length, values, first };
  const embedding = createEmbedding(spec, batchSize, mostTrials(first, batchSize));
  const width = numSummaries(spec);
  const summarise = (weights: Float32Array): Float64Array => {
    embedding.setWeights(weights);
    const gather = createObservationBatch(observations, batchSize);
    const summaries = new Float64Array(simulations.count * width);
    for (let start = 0; start < simulations.count; start += batchSize) {
      const end = Math.min(start + batchSize, simulations.count);
      const block = Int32Array.from({ length: end - start }, (_, i) => start + i);
      embedding.evaluate(gather(block), summaries.subarray(start * width, end * width));
    }
    return summaries;
  };
  const raw = initialEmbedding(rng, spec);
  const own = standardizeSummaries(spec, raw, summarise(raw), width);
  // The density starts from what the embedding gives at its start.
  const { density, decays, initial } = planFor({ ...simulations, features: summarise(own) });
  const offset = numEmbeddingWeights(spec);
  return createEmbeddedTrainer({
    density: createDensity(density, batchSize, batchSize),
    embedding,
    simulations: { ...simulations, features: new Float64Array(0) },
    observations,
    initial: Float32Array.from([...own, ...initial(rng)]),
    decays: decays.map(({ from, end, rate }) => ({ from: from + offset, end: end + offset, rate })),
    maxBatch: batchSize,
  });
}
