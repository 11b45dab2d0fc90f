import type { AutoregressiveSpec } from "@poolish/estimators";
import { initialWeights } from "../autoregressive/initialWeights.ts";
import { linearStart } from "../autoregressive/linearStart.ts";
import { weightDecays } from "../autoregressive/weightDecays.ts";
import type { CarefulTraining } from "../training/carefulTraining.ts";
import type { DensityChoices, DensityPlan, DensityProblem } from "./densityPlan.ts";
import { networkSettings } from "./networkSettings.ts";

/** Above this many numeric columns the trunk would need too many outputs to correlate each with each. */
const MOST_COUPLED = 40;
/** Constants of the recipe that `bench/sbibm` measures; see docs/adr/0004. */
const CAREFUL = { numMembers: 4, numEpochs: 40, learningRate: 0.001 } as const;
const DEFAULTS = { numComponents: 8, trunk: [64, 64, 64], branch: [64, 64], learningRate: 0.006 } as const;

export function planAutoregressive(choices: DensityChoices, problem: DensityProblem): DensityPlan {
  const { simulations, training } = problem;
  const density = autoregressiveSpec(choices, problem);
  return {
    density,
    settings: networkSettings(choices, training.length, DEFAULTS.learningRate),
    careful: carefulTraining(choices, training.length),
    decays: weightDecays(density, training.length),
    initial: (rng) => initialWeights(rng, density, linearStart(density, simulations, training)),
  };
}

function carefulTraining(choices: DensityChoices, numTraining: number): CarefulTraining {
  const { numMembers, numEpochs, learningRate } = CAREFUL;
  return { numMembers, settings: networkSettings({ ...choices, numEpochs }, numTraining, learningRate) };
}

function autoregressiveSpec(
  choices: DensityChoices,
  { columns, numFeatures, numConditions }: DensityProblem,
): AutoregressiveSpec {
  const numNumeric = columns.filter(({ kind }) => kind !== "category").length;
  return {
    kind: "autoregressive",
    columns,
    numFeatures,
    numConditions,
    isCoupled: numNumeric > 1 && numNumeric <= MOST_COUPLED,
    numComponents: choices.numComponents ?? DEFAULTS.numComponents,
    trunk: { hidden: choices.hidden ?? DEFAULTS.trunk, activation: "silu" },
    branch: { hidden: choices.hidden ?? DEFAULTS.branch, activation: "silu" },
  };
}
