import type { AutoregressiveSpec } from "@poolish/estimators";
import { initialWeights } from "../autoregressive/initialWeights.ts";
import { linearStart } from "../autoregressive/linearStart.ts";
import { shallowDecays } from "../autoregressive/weightDecays.ts";
import type { DensityChoices, DensityProblem, ReplacementPlan } from "./densityPlan.ts";
import { networkSettings } from "./networkSettings.ts";

/**
 * One tanh layer, which may take faster and more steps before it learns by heart. On Bernoulli GLM (10,000
 * simulations, three seeds) six came to KL divergences of .22 nats (mean of ten exact posteriors), four to .23, one to .27, and
 * four slow deep ones, which cost more than six, to .35–.38. Wider layers (256), two of them, and silu were worse (one seed).
 */
const SHALLOW = { numMembers: 6, trunk: [128], branch: [32], numEpochs: 60, learningRate: 0.006 } as const;

/** Shallower networks of the same density, in place of a `deep` one that learned the simulations by heart: see `schedule`. */
export function shallowReplacement(
  choices: DensityChoices,
  { simulations, training }: DensityProblem,
  deep: AutoregressiveSpec,
): ReplacementPlan {
  const { numMembers, trunk, branch, numEpochs, learningRate } = SHALLOW;
  const density: AutoregressiveSpec = {
    ...deep,
    trunk: { hidden: trunk, activation: "tanh" },
    branch: { ...deep.branch, hidden: branch },
  };
  return {
    ...{ numMembers, noun: "shallower networks", density },
    settings: networkSettings({ ...choices, numEpochs }, training.length, learningRate),
    decays: shallowDecays(density, training.length),
    initial: (rng) => initialWeights(rng, density, linearStart(density, simulations, training)),
  };
}
