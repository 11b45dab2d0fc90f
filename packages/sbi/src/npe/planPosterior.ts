import { PoolishError, type Rng } from "@poolish/core";
import {
  type CreateLayersEmbedding,
  type DensitySpec,
  type EmbeddingSpec,
  numSummaries,
  type ObservationSpec,
} from "@poolish/estimators";
import { fitObservations } from "../embedding/fitObservations.ts";
import { planEmbedding } from "../embedding/planEmbedding.ts";
import type { EncodedSimulations } from "../encodedSimulations.ts";
import type { DensityPlan, DensityProblem } from "../plan/densityPlan.ts";
import { type DensityFamily, planDensity } from "../plan/planDensity.ts";
import type { TrainingPlan } from "../runTraining.ts";
import type { Simulations } from "../simulations.ts";
import { chooseFamily, type FamilyTrials } from "./chooseFamily.ts";
import { encodeParameters } from "./encodeParameters.ts";
import type { NpeRecipe } from "./npe.ts";
import { createJointTrainer, createPlainTrainer } from "./posteriorTrainer.ts";

/** What is learned from some simulations, and how. */
export interface PosteriorPlan extends ObservationSpec, TrainingPlan {
  readonly density: DensitySpec;
  /** What computes an embedding in the layers of TensorFlow.js. */
  readonly createLayers?: CreateLayersEmbedding;
}

export interface PosteriorPlanning extends FamilyTrials {
  /** Is told what was chosen where the recipe left a choice. */
  readonly onNotice: (message: string) => void;
}

/** The density of θ and its training; what is standardised is measured on the simulations `training` alone. */
export async function planPosterior(
  recipe: NpeRecipe,
  simulations: Simulations,
  planning: PosteriorPlanning,
): Promise<PosteriorPlan> {
  const { training, onNotice } = planning;
  const { parameters, count, numTrials } = simulations;
  const observations = fitObservations(simulations, training);
  const { columns, inputs, values } = observations;
  const { embedding, notice, layers } = await planEmbedding(recipe.embedding, {
    numInputs: inputs.length,
    numParameters: parameters.length,
    numTrials: numTrials && [leastOf(numTrials), mostOf(numTrials)],
  });
  if (notice !== undefined) onNotice(notice);
  const { encoding, ...encodedTheta } = encodeParameters(simulations, training);
  const encoded = { count, features: values, conditions: new Float64Array(0), ...encodedTheta };
  const problem: DensityProblem = {
    columns: encoding,
    names: parameters.map(({ name }) => name),
    simulations: encoded,
    numFeatures: numSummaries(embedding),
    numConditions: 0,
    training,
  };
  const canBeMany = mayBeMany(recipe, embedding);
  const candidates = familiesOf(recipe, problem).map((family) => {
    const planFor = (own: EncodedSimulations): DensityPlan =>
      planDensity(family, recipe, { ...problem, simulations: own });
    const plan = planFor(encoded);
    const { density, settings, careful } = plan;
    const createTrainer = (rng: Rng) =>
      embedding.kind === "identity"
        ? createPlainTrainer(rng, plan, encoded)
        : createJointTrainer(rng, embedding, observations, encoded, settings.batchSize, planFor, layers);
    return { family, density, settings, createTrainer, ...(canBeMany && careful && { careful }) };
  });
  const shared = { columns, inputs, embedding, ...(layers && { createLayers: layers.create }) };
  if (candidates.length > 1) {
    const choice = await chooseFamily(candidates, planning);
    onNotice(choice.notice);
    const chosen = candidates.find(({ family }) => family === choice.family) ?? candidates[0];
    return { ...shared, ...chosen };
  }
  return { ...shared, ...candidates[0] };
}

/** Whether an ensemble may take the place of a single member. @throws PoolishError for members of one TensorFlow.js model. */
function mayBeMany({ numMembers }: NpeRecipe, { kind }: EmbeddingSpec): boolean {
  if (kind !== "layers") return numMembers === undefined;
  if (numMembers === undefined || numMembers === 1) return false;
  throw new PoolishError(`a model of TensorFlow.js starts one member, not ${numMembers}`, {
    kind: "input",
    field: "numMembers",
    remedy: "Leave it out, or use an embedding of ours.",
  });
}

/** Which families are tried, the simpler first: splines follow sharp and curved posteriors, but know no integers. */
function familiesOf({ density }: NpeRecipe, { columns }: DensityProblem): readonly DensityFamily[] {
  if (density !== "auto") return [density];
  const isContinuous = columns.every(({ kind }) => kind === "continuous");
  return isContinuous ? ["autoregressive", "nsf"] : ["autoregressive"];
}

function leastOf(values: Int32Array): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

function mostOf(values: Int32Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
