import { type AutoregressiveSpec, numericColumns } from "@poolish/estimators";
import { initialWeights } from "../autoregressive/initialWeights.ts";
import { linearStart } from "../autoregressive/linearStart.ts";
import { smoothDecays, weightDecays } from "../autoregressive/weightDecays.ts";
import type { CarefulTraining } from "../training/carefulTraining.ts";
import type { DensityChoices, DensityPlan, DensityProblem } from "./densityPlan.ts";
import { networkSettings } from "./networkSettings.ts";
import { shallowReplacement } from "./shallowReplacement.ts";

/** Above this many numeric columns the trunk would need too many outputs to correlate each with each. */
const MOST_COUPLED = 40;
/**
 * With more numeric columns than this the trunk has so many functions of θ to learn that it takes wider layers, and longer:
 * on lotka_volterra (20 columns) the usual ones stop learning well before they over-fit.
 */
const MANY_COLUMNS = 12;
const WIDE = { trunk: [128, 128, 128, 128], numEpochs: 80, learningRate: 0.004 } as const;
/** With fewer simulations than this a smoother member is trained too: it costs little there, and says more. See `schedule`. */
const FEW_SIMULATIONS = 8000;
/** See `schedule`. */
const CAREFUL = { numMembers: 4, numEpochs: 40, learningRate: 0.001 } as const;
/** Constants of the recipe that `bench/sbibm` measures; see docs/adr/0004. */
const DEFAULTS = { numComponents: 8, trunk: [64, 64, 64], branch: [64, 64], learningRate: 0.006 } as const;

export function planAutoregressive(choices: DensityChoices, problem: DensityProblem): DensityPlan {
  const { simulations, training } = problem;
  const density = autoregressiveSpec(choices, problem);
  const hasMany = numericColumns(density.columns).length > MANY_COLUMNS;
  const { learningRate } = hasMany ? WIDE : DEFAULTS;
  const usual = { ...choices, numEpochs: choices.numEpochs ?? (hasMany ? WIDE.numEpochs : undefined) };
  return {
    density,
    settings: networkSettings(usual, training.length, learningRate),
    // Slower steps do not get wide networks far.
    ...(!hasMany && { careful: carefulTraining(choices, training.length) }),
    ...(!hasMany && choices.hidden === undefined && { replacement: shallowReplacement(choices, problem, density) }),
    decays: weightDecays(density, training.length),
    ...(training.length < FEW_SIMULATIONS && { smoothDecays: smoothDecays(density, training.length) }),
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
    trunk: { hidden: choices.hidden ?? (numNumeric > MANY_COLUMNS ? WIDE : DEFAULTS).trunk, activation: "silu" },
    branch: { hidden: choices.hidden ?? DEFAULTS.branch, activation: "silu" },
  };
}
