import { createEstimator, type Estimator } from "@poolish/estimators";
import type { NleRecipe } from "./nle.ts";
import { planContinuation } from "./plan/planContinuation.ts";
import { planTraining } from "./plan/planTraining.ts";
import { runTraining } from "./runTraining.ts";
import type { Simulations } from "./simulations.ts";
import type { TrainOptions } from "./trainOptions.ts";

/** Trains p(x | θ); see `train`. */
export async function trainLikelihood(
  recipe: NleRecipe,
  simulations: Simulations,
  options: TrainOptions,
): Promise<Estimator> {
  const { validationFraction } = recipe;
  const { from } = options;
  const numMembers = from?.spec.numMembers ?? recipe.numMembers ?? 1;
  const trained = await runTraining(
    {
      numMembers,
      validationFraction,
      noun: "the likelihood",
      plan: (usable, training) =>
        from === undefined ? planTraining(recipe, usable, training) : planContinuation(recipe, usable, training, from),
    },
    simulations,
    options,
  );
  const { features, conditionScales } = trained.plan;
  const { density } = trained.replacement ?? trained.plan;
  const { parameters, columns, conditions } = trained.simulations;
  const kind = { format: "poolish-estimator", version: 1, target: "likelihood" } as const;
  const { provenance, weights } = trained;
  return createEstimator(
    {
      ...kind,
      parameters,
      columns,
      conditions,
      features,
      conditionScales,
      density,
      numMembers: trained.numMembers,
      provenance,
    },
    weights,
  );
}
