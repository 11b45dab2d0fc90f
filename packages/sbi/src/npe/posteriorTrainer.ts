import type { Rng } from "@poolish/core";
import {
  createDensity,
  createEmbedding,
  type EmbeddingSpec,
  numEmbeddingWeights,
  numSummaries,
} from "@poolish/estimators";
import { createDensityTrainer } from "../createDensityTrainer.ts";
import type { ObservedInputs } from "../embedding/fitObservations.ts";
import { initialEmbedding, standardizeSummaries } from "../embedding/initialEmbedding.ts";
import { createObservationBatch, mostTrials } from "../embedding/observationBatch.ts";
import type { EmbeddingPlan } from "../embedding/planEmbedding.ts";
import { summariseSimulations } from "../embedding/summariseSimulations.ts";
import type { EncodedSimulations } from "../encodedSimulations.ts";
import type { DensityPlan } from "../plan/densityPlan.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import { createEmbeddedTrainer } from "./createEmbeddedTrainer.ts";

/** A density that conditions on the inputs themselves. */
export function createPlainTrainer(rng: Rng, plan: DensityPlan, simulations: EncodedSimulations): TrainableDensity {
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

/**
 * A density and the embedding that it conditions on; it starts from what the embedding gives at its start.
 * @param planFor the density's plan, given simulations whose features are those summaries.
 */
export function createJointTrainer(
  rng: Rng,
  spec: EmbeddingSpec,
  { inputs, values, first }: ObservedInputs,
  simulations: EncodedSimulations,
  batchSize: number,
  planFor: (simulations: EncodedSimulations) => DensityPlan,
  layers?: EmbeddingPlan["layers"],
): TrainableDensity {
  const observations = { width: inputs.length, values, first };
  const embedding = createEmbedding(spec, batchSize, mostTrials(first, batchSize), layers?.create);
  const width = numSummaries(spec);
  const gather = createObservationBatch(observations, batchSize);
  const summarise = (weights: Float32Array): Float64Array => {
    embedding.setWeights(weights);
    return summariseSimulations(embedding, gather, simulations.count, batchSize);
  };
  const raw = layers?.initial ?? initialEmbedding(rng, spec);
  const own = standardizeSummaries(spec, raw, summarise(raw), width);
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
