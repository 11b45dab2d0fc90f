import type { Rng } from "@poolish/core";
import { createDensity, type DensitySpec, type ObservationSpec } from "@poolish/estimators";
import { createDensityTrainer } from "../createDensityTrainer.ts";
import { fitObservations } from "../embedding/fitObservations.ts";
import { planEmbedding } from "../embedding/planEmbedding.ts";
import { planDensity } from "../plan/planDensity.ts";
import type { TrainingPlan } from "../runTraining.ts";
import type { Simulations } from "../simulations.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
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
  const { parameters, count } = simulations;
  const { columns, inputs, values } = fitObservations(simulations, training);
  const problem = { numInputs: inputs.length, numParameters: parameters.length };
  const { embedding, notice } = planEmbedding(recipe.embedding, problem);
  const { encoding, ...encodedTheta } = encodeParameters(simulations, training);
  const encoded = { count, features: values, conditions: new Float64Array(0), ...encodedTheta };
  const family = recipe.density === "auto" ? "autoregressive" : recipe.density;
  const { density, settings, decays, initial } = planDensity(family, recipe, {
    columns: encoding,
    names: parameters.map(({ name }) => name),
    simulations: encoded,
    numFeatures: inputs.length,
    numConditions: 0,
    training,
  });
  const { batchSize } = settings;
  const createTrainer = (rng: Rng): TrainableDensity =>
    createDensityTrainer({
      density: createDensity(density, batchSize, batchSize),
      simulations: encoded,
      initial: initial(rng),
      decays,
      maxBatch: batchSize,
    });
  return { columns, inputs, embedding, notice, density, settings, createTrainer };
}
