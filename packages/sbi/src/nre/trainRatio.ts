import { createRatioEstimator, type RatioEstimator } from "@poolish/estimators";
import { requireFreshStart } from "../requireFreshStart.ts";
import { runTraining } from "../runTraining.ts";
import type { Simulations } from "../simulations.ts";
import type { TrainOptions } from "../trainOptions.ts";
import type { NreRecipe } from "./nre.ts";
import { planRatio } from "./planRatio.ts";

/** See `train`. */
export async function trainRatio(
  recipe: NreRecipe,
  simulations: Simulations,
  options: TrainOptions,
): Promise<RatioEstimator> {
  requireFreshStart(options, "a ratio");
  const { numMembers, validationFraction } = recipe;
  const {
    plan,
    provenance,
    weights,
    simulations: usable,
  } = await runTraining(
    {
      ...{ numMembers, validationFraction, noun: "the ratio" },
      plan: (given, training, validation) => planRatio(recipe, given, training, validation),
    },
    simulations,
    options,
  );
  const { parameters, columns, conditions } = usable;
  const { ratio, features, conditionScales } = plan;
  const kind = { format: "poolish-estimator", version: 1, target: "ratio" } as const;
  return createRatioEstimator(
    { ...kind, parameters, columns, conditions, features, conditionScales, ratio, numMembers, provenance },
    weights,
  );
}
