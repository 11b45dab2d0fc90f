import { rngFromSeed } from "@poolish/core";
import { createPosterior, type PosteriorEstimator } from "@poolish/estimators";
import { requireFreshStart } from "../requireFreshStart.ts";
import { runTraining } from "../runTraining.ts";
import type { Simulations } from "../simulations.ts";
import type { TrainOptions } from "../trainOptions.ts";
import type { NpeRecipe } from "./npe.ts";
import { planPosterior } from "./planPosterior.ts";

/** Streams of the trials that choose a family, apart from those of the training itself. */
const TRIALS = 3;

/** Trains p(θ | x); see `train`. */
export async function trainPosterior(
  recipe: NpeRecipe,
  simulations: Simulations,
  options: TrainOptions,
): Promise<PosteriorEstimator> {
  requireFreshStart(options, "a posterior");
  const { numMembers = 1, validationFraction } = recipe;
  const { onNotice = console.log, onProgress, signal, seed } = options;
  const watch = { ...(onProgress && { onProgress }), ...(signal && { signal }) };
  const trained = await runTraining(
    {
      numMembers,
      validationFraction,
      noun: "the posterior",
      takesSets: true,
      isGivenX: true,
      plan: (usable, training, validation) =>
        planPosterior(recipe, usable, {
          training,
          validation,
          rng: rngFromSeed(seed).foldIn(TRIALS),
          onNotice,
          ...watch,
        }),
    },
    simulations,
    options,
  );
  const { columns, inputs, embedding, density, createLayers } = trained.plan;
  const { parameters } = trained.simulations;
  const kind = { format: "poolish-estimator", version: 1, target: "posterior" } as const;
  const { provenance, weights } = trained;
  return createPosterior(
    { ...kind, parameters, columns, inputs, embedding, density, numMembers: trained.numMembers, provenance },
    weights,
    createLayers,
  );
}
