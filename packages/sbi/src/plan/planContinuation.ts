import type { Rng } from "@poolish/core";
import { createDensity, type DensitySpec, type Estimator, numDensityWeights } from "@poolish/estimators";
import { weightDecays } from "../autoregressive/weightDecays.ts";
import { createCountTrainer } from "../count/countTrainer.ts";
import { createDensityTrainer } from "../createDensityTrainer.ts";
import { encodeSimulations } from "../encodedSimulations.ts";
import { usualFlowDecays } from "../flow/flowDecays.ts";
import type { NleRecipe } from "../nle.ts";
import { requireSameProblem } from "../sameProblem.ts";
import { columnOf, type Simulations } from "../simulations.ts";
import type { TrainingSettings } from "../training/fit.ts";
import type { WeightDecay } from "../training/optimizer.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import { networkSettings } from "./networkSettings.ts";
import type { Plan } from "./plan.ts";
import { countSettings } from "./planCountMixture.ts";

/**
 * Share of the epochs of a first training. On two_moons (2,000 simulations, then 2,000 where they were needed; two seeds)
 * 20 epochs came to 4.24 and 4.25 nats there, 30 to 4.26 and 4.26, 50 to 4.27 and 4.28, training anew to 4.27 and 4.28.
 */
const EPOCHS = 0.6;
/** Half of what a first training takes at most, so that the first steps do not undo it. */
const LEARNING_RATE = 0.0025;

/**
 * Goes on from the estimator's weights over other simulations: its architecture, its members and its standardisation stay.
 * @throws PoolishError for simulations of other parameters, columns or conditions, and for categories that it has not seen.
 */
export function planContinuation(
  recipe: NleRecipe,
  simulations: Simulations,
  training: Int32Array,
  { spec, weights }: Estimator,
): Plan {
  requireSameProblem(
    spec,
    simulations,
    "Go on with simulations of the simulator that the estimator was trained on, or leave `from` out.",
  );
  const { features, conditionScales } = spec;
  const density = withLargestCounts(spec.density, simulations);
  const numWeights = numDensityWeights(density);
  const startOf = (member: number): Float32Array => weights.slice(member * numWeights, (member + 1) * numWeights);
  const plan = { density, features, conditionScales };
  const rate = recipe.learningRate ?? LEARNING_RATE;
  if (density.kind === "count-mixture") {
    const settings = shorter(recipe, countSettings(recipe, training.length, rate));
    const options = { density, features, simulations, training, maxBatch: settings.batchSize };
    const createTrainer = (rng: Rng, member: number): TrainableDensity =>
      createCountTrainer(rng, { ...options, initial: startOf(member) });
    return { ...plan, settings, createTrainer };
  }
  const settings = shorter(recipe, networkSettings(recipe, training.length, rate));
  const encoded = encodeSimulations(simulations, { columns: density.columns, features, conditionScales });
  const createTrainer = (_: Rng, member: number): TrainableDensity =>
    createDensityTrainer({
      density: createDensity(density, settings.batchSize, settings.batchSize),
      simulations: encoded,
      initial: startOf(member),
      decays: decaysFor(density, training.length),
      maxBatch: settings.batchSize,
    });
  return { ...plan, settings, createTrainer };
}

function decaysFor(density: DensitySpec, numTraining: number): WeightDecay[] {
  if (density.kind === "autoregressive") return weightDecays(density, numTraining);
  return density.kind === "flow" ? usualFlowDecays(density, numTraining) : [];
}

function shorter({ numEpochs }: NleRecipe, settings: TrainingSettings): TrainingSettings {
  return { ...settings, numEpochs: numEpochs ?? Math.ceil(EPOCHS * settings.numEpochs), runsToTheEnd: true };
}

/** The density, told of the largest counts of further simulations. */
function withLargestCounts(density: DensitySpec, { columns, x }: Simulations): DensitySpec {
  const largest = (c: number, known: number): number =>
    columnOf(x, columns.length, c).reduce((most, value) => Math.max(most, value), known);
  if (density.kind === "count-mixture") return { ...density, largestCount: largest(0, density.largestCount) };
  if (density.kind !== "autoregressive") return density;
  const encoded = density.columns.map((column, c) => {
    return column.kind === "count" ? { ...column, largestCount: largest(c, column.largestCount) } : column;
  });
  return { ...density, columns: encoded };
}
