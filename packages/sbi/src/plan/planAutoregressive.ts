import type { Rng } from "@poolish/core";
import { type AutoregressiveSpec, createDensity } from "@poolish/estimators";
import { initialWeights } from "../autoregressive/initialWeights.ts";
import { linearStart } from "../autoregressive/linearStart.ts";
import { type DecayRates, weightDecays } from "../autoregressive/weightDecays.ts";
import { createDensityTrainer } from "../createDensityTrainer.ts";
import { type Encoding, encodeSimulations } from "../encodedSimulations.ts";
import type { NleRecipe } from "../nle.ts";
import type { Simulations } from "../simulations.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import { fitEncoding } from "./fitEncoding.ts";
import { networkSettings } from "./networkSettings.ts";
import type { Plan } from "./plan.ts";

/** Above this many numeric columns the trunk would need too many outputs to correlate each with each. */
const MOST_COUPLED = 40;
/** Constants of the recipe that `bench/sbibm` measures; see docs/adr/0004. */
const DEFAULTS = { numComponents: 8, trunk: [64, 64, 64], branch: [64, 64], learningRate: 0.006 } as const;
export const AUTOREGRESSIVE_DECAYS: DecayRates = { trunk: 0, branch: 3 };

export function planAutoregressive(recipe: NleRecipe, simulations: Simulations, training: Int32Array): Plan {
  const encoding = fitEncoding(simulations, training);
  const density = autoregressiveSpec(recipe, encoding);
  const settings = networkSettings(recipe, training.length, DEFAULTS.learningRate);
  const encodedSimulations = encodeSimulations(simulations, encoding);
  const start = linearStart(density, encodedSimulations, training);
  const createTrainer = (rng: Rng): TrainableDensity =>
    createDensityTrainer({
      density: createDensity(density, settings.batchSize, settings.batchSize),
      simulations: encodedSimulations,
      initial: initialWeights(rng, density, start),
      decays: weightDecays(density, AUTOREGRESSIVE_DECAYS),
      maxBatch: settings.batchSize,
    });
  return { density, features: encoding.features, conditionScales: encoding.conditionScales, settings, createTrainer };
}

function autoregressiveSpec(recipe: NleRecipe, { columns, features, conditionScales }: Encoding): AutoregressiveSpec {
  const numNumeric = columns.filter(({ kind }) => kind !== "category").length;
  return {
    kind: "autoregressive",
    columns,
    numFeatures: features.length,
    numConditions: conditionScales.length,
    isCoupled: numNumeric > 1 && numNumeric <= MOST_COUPLED,
    numComponents: recipe.numComponents ?? DEFAULTS.numComponents,
    trunk: { hidden: recipe.hidden ?? DEFAULTS.trunk, activation: "silu" },
    branch: { hidden: recipe.hidden ?? DEFAULTS.branch, activation: "silu" },
  };
}
