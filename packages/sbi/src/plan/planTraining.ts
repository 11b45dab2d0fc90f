import { PoolishError, type Rng } from "@poolish/core";
import { conditionsWidth, createDensity } from "@poolish/estimators";
import { createDensityTrainer } from "../createDensityTrainer.ts";
import { encodeSimulations } from "../encodedSimulations.ts";
import type { LikelihoodDensity, NleRecipe } from "../nle.ts";
import type { Simulations } from "../simulations.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import type { DensityProblem, MemberPlan } from "./densityPlan.ts";
import { fitEncoding } from "./fitEncoding.ts";
import { flowReplacement } from "./flowReplacement.ts";
import type { Plan } from "./plan.ts";
import { planCountMixture } from "./planCountMixture.ts";
import { type DensityFamily, planDensity } from "./planDensity.ts";

/** The density and its training for `simulations`; what is standardised is measured on the simulations `training` alone. */
export function planTraining(recipe: NleRecipe, simulations: Simulations, training: Int32Array): Plan {
  const family = chooseDensity(recipe, simulations);
  if (family === "count-mixture") return planCountMixture(recipe, simulations, training);
  return planConditional(family, recipe, simulations, training);
}

function planConditional(
  family: DensityFamily,
  recipe: NleRecipe,
  simulations: Simulations,
  training: Int32Array,
): Plan {
  const encoding = fitEncoding(simulations, training);
  const { columns, features, conditionScales } = encoding;
  const encoded = encodeSimulations(simulations, encoding);
  const problem: DensityProblem = {
    columns,
    names: simulations.columns.map(({ name }) => name),
    simulations: encoded,
    numFeatures: features.length,
    numConditions: conditionsWidth(conditionScales),
    training,
  };
  const plan = planDensity(family, recipe, problem);
  const { density, settings, careful, smoothDecays } = plan;
  // Who chose a density means it, too.
  const replacement =
    plan.replacement &&
    ((recipe.density === "auto" ? flowReplacement(recipe, problem) : undefined) ?? plan.replacement);
  const trainerOf =
    ({ density, settings: { batchSize }, decays, initial }: MemberPlan) =>
    (rng: Rng): TrainableDensity =>
      createDensityTrainer({
        density: createDensity(density, batchSize, batchSize),
        simulations: encoded,
        initial: initial(rng),
        decays,
        maxBatch: batchSize,
      });
  // Who chose how many, or how fast, means it.
  const isChosen =
    recipe.numMembers !== undefined || recipe.numEpochs !== undefined || recipe.learningRate !== undefined;
  return {
    ...{ density, features, conditionScales, settings, createTrainer: trainerOf(plan) },
    ...(!isChosen && careful && { careful }),
    ...(!isChosen && replacement && { replacement: { ...replacement, createTrainer: trainerOf(replacement) } }),
    ...(!isChosen && smoothDecays && { smooth: { createTrainer: trainerOf({ ...plan, decays: smoothDecays }) } }),
  };
}

function isOneCount({ columns, conditions }: Simulations): boolean {
  return columns.length === 1 && columns[0].kind === "count" && conditions.length === 0;
}

function chooseDensity({ density }: NleRecipe, simulations: Simulations): LikelihoodDensity {
  if (density === "auto") return isOneCount(simulations) ? "count-mixture" : "autoregressive";
  if (density !== "count-mixture" || isOneCount(simulations)) return density;
  const kinds = simulations.columns.map(({ name, kind }) => `${name} (${kind})`).join(", ");
  throw new PoolishError(`a count mixture learns a single column of counts, these simulations have ${kinds}`, {
    kind: "input",
    field: "density",
    remedy: 'Leave density out, or pass "autoregressive".',
  });
}
