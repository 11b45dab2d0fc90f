import type { FlowSpec } from "@poolish/estimators";
import { linearStart } from "../autoregressive/linearStart.ts";
import { flowDecays } from "../flow/flowDecays.ts";
import { initialFlowWeights } from "../flow/initialFlowWeights.ts";
import { transformOrders } from "../flow/transformOrders.ts";
import type { DensityChoices, DensityProblem, ReplacementPlan } from "./densityPlan.ts";
import { networkSettings } from "./networkSettings.ts";

/**
 * Masked flows whose matrices decay. On Bernoulli GLM (10,000 simulations) one of them is nearer to the exact posteriors than
 * six shallow networks; without decay, or with 0.1 or 1 in place of 0.3, one is worse, and so is a flow whose first order is
 * the given one: docs/adr/0004.
 */
const FLOWS = {
  ...{ numMembers: 4, numTransforms: 5, hidden: [50, 50, 50], decay: 0.3 },
  ...{ numEpochs: 60, learningRate: 0.01 },
} as const;

/**
 * Masked flows in place of a network that learned the simulations by heart: see `schedule`. Undefined for what they do not
 * take, or do not correlate: counts, categories, a single column.
 */
export function flowReplacement(choices: DensityChoices, problem: DensityProblem): ReplacementPlan | undefined {
  const { simulations, training, numFeatures, numConditions } = problem;
  const { numMembers, numTransforms, hidden, decay, numEpochs, learningRate } = FLOWS;
  const columns = problem.columns.filter((column) => column.kind === "continuous");
  if (columns.length < problem.columns.length || columns.length === 1) return undefined;
  const density: FlowSpec = {
    ...{ kind: "flow", transform: { kind: "affine" }, columns, numFeatures, numConditions },
    orders: transformOrders(columns.length, numTransforms, "shuffled"),
    ...{ hidden, activation: "tanh", hasSkip: true },
  };
  return {
    ...{ numMembers, noun: "masked flows", density },
    settings: networkSettings({ ...choices, numEpochs }, training.length, learningRate),
    decays: flowDecays(density, decay, training.length),
    initial: (rng) =>
      initialFlowWeights(rng, density, linearStart({ ...density, isCoupled: true }, simulations, training)),
  };
}
