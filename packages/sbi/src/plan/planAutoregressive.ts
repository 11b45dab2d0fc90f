import { type AutoregressiveSpec, numericColumns } from "@poolish/estimators";
import { initialWeights } from "../autoregressive/initialWeights.ts";
import { linearStart } from "../autoregressive/linearStart.ts";
import { shallowDecays, smoothDecays, weightDecays } from "../autoregressive/weightDecays.ts";
import type { CarefulTraining } from "../training/carefulTraining.ts";
import type { DensityChoices, DensityPlan, DensityProblem } from "./densityPlan.ts";
import { networkSettings } from "./networkSettings.ts";

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
/**
 * One tanh layer, which may take faster and more steps before it learns by heart: see `schedule`. On Bernoulli GLM (10,000
 * simulations, three seeds) six came to KL divergences of .22 nats (mean of ten exact posteriors), four to .23, one to .27, and
 * four slow deep ones, which cost more than six, to .35–.38. Wider layers (256), two of them, and silu were worse (one seed).
 */
const SHALLOW = { numMembers: 6, trunk: [128], branch: [32], numEpochs: 60, learningRate: 0.006 } as const;
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
    ...(!hasMany && choices.hidden === undefined && { shallow: shallowPlan(choices, problem, density) }),
    decays: weightDecays(density, training.length),
    ...(training.length < FEW_SIMULATIONS && { smoothDecays: smoothDecays(density, training.length) }),
    initial: (rng) => initialWeights(rng, density, linearStart(density, simulations, training)),
  };
}

function carefulTraining(choices: DensityChoices, numTraining: number): CarefulTraining {
  const { numMembers, numEpochs, learningRate } = CAREFUL;
  return { numMembers, settings: networkSettings({ ...choices, numEpochs }, numTraining, learningRate) };
}

function shallowPlan(
  choices: DensityChoices,
  { simulations, training }: DensityProblem,
  deep: AutoregressiveSpec,
): NonNullable<DensityPlan["shallow"]> {
  const { numMembers, trunk, branch, numEpochs, learningRate } = SHALLOW;
  const density: AutoregressiveSpec = {
    ...deep,
    trunk: { hidden: trunk, activation: "tanh" },
    branch: { ...deep.branch, hidden: branch },
  };
  return {
    numMembers,
    density,
    settings: networkSettings({ ...choices, numEpochs }, training.length, learningRate),
    decays: shallowDecays(density, training.length),
    initial: (rng) => initialWeights(rng, density, linearStart(density, simulations, training)),
  };
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
