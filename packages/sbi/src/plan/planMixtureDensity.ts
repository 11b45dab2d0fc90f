import { PoolishError } from "@poolish/core";
import { type MixtureDensitySpec, MOST_MIXTURE_COLUMNS } from "@poolish/estimators";
import { linearStart } from "../autoregressive/linearStart.ts";
import { initialMixtureWeights } from "../mixtureDensity/initialMixtureWeights.ts";
import { continuousColumns } from "./continuousColumns.ts";
import type { DensityChoices, DensityPlan, DensityProblem } from "./densityPlan.ts";
import { networkSettings } from "./networkSettings.ts";

const DEFAULTS = { numComponents: 8, hidden: [64, 64], learningRate: 0.004 } as const;

/** A mixture of normals with full covariance. */
export function planMixtureDensity(choices: DensityChoices, problem: DensityProblem): DensityPlan {
  const { numFeatures, numConditions, training, simulations } = problem;
  requireFewColumns(problem.columns.length);
  const density: MixtureDensitySpec = {
    kind: "mixture-density",
    columns: continuousColumns("mdn", problem),
    numFeatures,
    numConditions,
    numComponents: choices.numComponents ?? DEFAULTS.numComponents,
    hidden: choices.hidden ?? DEFAULTS.hidden,
    activation: "silu",
  };
  return {
    density,
    settings: networkSettings(choices, training.length, DEFAULTS.learningRate),
    decays: [],
    initial: (rng) =>
      initialMixtureWeights(rng, density, linearStart({ ...density, isCoupled: true }, simulations, training)),
  };
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
