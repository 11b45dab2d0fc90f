import { PoolishError, type Rng } from "@poolish/core";
import { createDensity, type MixtureDensitySpec, MOST_MIXTURE_COLUMNS } from "@poolish/estimators";
import { linearStart } from "../autoregressive/linearStart.ts";
import { createDensityTrainer } from "../createDensityTrainer.ts";
import { encodeSimulations } from "../encodedSimulations.ts";
import { initialMixtureWeights } from "../mixtureDensity/initialMixtureWeights.ts";
import type { NleRecipe } from "../nle.ts";
import type { Simulations } from "../simulations.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import { continuousColumns } from "./continuousColumns.ts";
import { fitEncoding } from "./fitEncoding.ts";
import { networkSettings } from "./networkSettings.ts";
import type { Plan } from "./plan.ts";

const DEFAULTS = { numComponents: 8, hidden: [64, 64], learningRate: 0.004 } as const;

/** A mixture of normals with full covariance. */
export function planMixtureDensity(recipe: NleRecipe, simulations: Simulations, training: Int32Array): Plan {
  requireFewColumns(simulations.columns.length);
  const encoding = fitEncoding(simulations, training);
  const { features, conditionScales } = encoding;
  const spec: MixtureDensitySpec = {
    kind: "mixture-density",
    columns: continuousColumns("mdn", simulations, encoding),
    numFeatures: features.length,
    numConditions: conditionScales.length,
    numComponents: recipe.numComponents ?? DEFAULTS.numComponents,
    hidden: recipe.hidden ?? DEFAULTS.hidden,
    activation: "silu",
  };
  const settings = networkSettings(recipe, training.length, DEFAULTS.learningRate);
  const encodedSimulations = encodeSimulations(simulations, encoding);
  const start = linearStart({ ...spec, isCoupled: true }, encodedSimulations, training);
  const createTrainer = (rng: Rng): TrainableDensity =>
    createDensityTrainer({
      density: createDensity(spec, settings.batchSize, settings.batchSize),
      simulations: encodedSimulations,
      initial: initialMixtureWeights(rng, spec, start),
      decays: [],
      maxBatch: settings.batchSize,
    });
  return { density: spec, features, conditionScales, settings, createTrainer };
}

function requireFewColumns(numColumns: number): void {
  if (numColumns <= MOST_MIXTURE_COLUMNS) return;
  const message = `a mixture of normals with full covariance has at most ${MOST_MIXTURE_COLUMNS} columns, got ${numColumns}`;
  throw new PoolishError(message, {
    kind: "input",
    field: "density",
    remedy: 'Pass "maf" or "nsf", or leave density out.',
  });
}
