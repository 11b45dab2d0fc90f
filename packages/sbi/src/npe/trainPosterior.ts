import { createPosterior, type PosteriorEstimator } from "@poolish/estimators";
import { runTraining } from "../runTraining.ts";
import type { Simulations } from "../simulations.ts";
import type { TrainOptions } from "../trainOptions.ts";
import type { NpeRecipe } from "./npe.ts";
import { planPosterior } from "./planPosterior.ts";

/** Trains p(θ | x); see `train`. */
export async function trainPosterior(
  recipe: NpeRecipe,
  simulations: Simulations,
  options: TrainOptions,
): Promise<PosteriorEstimator> {
  const { numMembers, validationFraction } = recipe;
  const { onNotice = console.log } = options;
  const trained = await runTraining(
    {
      numMembers,
      validationFraction,
      noun: "the posterior",
      plan(usable, training) {
        const plan = planPosterior(recipe, usable, training);
        if (plan.notice !== undefined) onNotice(plan.notice);
        return plan;
      },
    },
    simulations,
    options,
  );
  const { columns, inputs, embedding, density } = trained.plan;
  const { parameters } = trained.simulations;
  const kind = { format: "poolish-estimator", version: 1, target: "posterior" } as const;
  const { provenance, weights } = trained;
  return createPosterior({ ...kind, parameters, columns, inputs, embedding, density, numMembers, provenance }, weights);
}
