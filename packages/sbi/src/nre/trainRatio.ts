import { PoolishError } from "@poolish/core";
import { createRatioEstimator, type RatioEstimator } from "@poolish/estimators";
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
  if (options.from !== undefined) refuseContinuation();
  const { numMembers, validationFraction } = recipe;
  const {
    plan,
    provenance,
    weights,
    simulations: usable,
  } = await runTraining(
    {
      ...{ numMembers, validationFraction, noun: "the ratio" },
      plan: (given, training) => planRatio(recipe, given, training),
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

function refuseContinuation(): never {
  throw new PoolishError("training of a ratio cannot go on from an estimator", {
    kind: "input",
    field: "from",
    remedy: "Join the old and new simulations (joinSimulations) and train on all of them.",
  });
}
