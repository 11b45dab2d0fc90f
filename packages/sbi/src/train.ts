import { type CancelSignal, type OnProgress, PoolishError, rngFromSeed } from "@poolish/core";
import {
  type CountColumnSpec,
  createEstimator,
  type Estimator,
  type Feature,
  fitCountScale,
  fitFeatures,
} from "@poolish/estimators";
import { selectBackend } from "./backend.ts";
import { createCountTrainer } from "./count/countTrainer.ts";
import type { NleRecipe } from "./nle.ts";
import type { Simulations } from "./simulations.ts";
import { fit } from "./training/fit.ts";
import { shuffle } from "./training/shuffle.ts";

export interface TrainOptions {
  readonly seed: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

/** Fewer simulations than this cannot tell a density from its noise. */
const FEWEST_SIMULATIONS = 200;
/** Optimiser steps that a default run aims at. */
const TARGET_STEPS = 2000;

/**
 * Trains an estimator on simulations. The same recipe, simulations, seed and backend give the same weights.
 * @throws PoolishError for simulations that cannot be learned from, and when cancelled.
 */
export async function train(recipe: NleRecipe, simulations: Simulations, options: TrainOptions): Promise<Estimator> {
  requireLearnable(simulations);
  const backend = await selectBackend();
  const [initialRng, splitRng, orderRng] = rngFromSeed(options.seed).split(3);
  const { training, validation } = splitSimulations(splitRng, simulations.count, recipe.validationFraction);
  const { density, features } = describeDensity(recipe, simulations, training);
  const batchSize = Math.min(recipe.batchSize, Math.max(1, Math.floor(training.length / 4)));
  const epochsForTarget = Math.ceil((TARGET_STEPS * batchSize) / training.length);
  const trainer = createCountTrainer(initialRng, density, features, simulations, batchSize);
  const result = await fit(trainer, {
    rng: orderRng,
    training,
    validation,
    batchSize,
    numEpochs: recipe.numEpochs ?? Math.min(100, Math.max(5, epochsForTarget)),
    peakLearningRate: recipe.learningRate,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const { parameters, columns, simulator, seed, count } = simulations;
  const { history, keptEpoch, heldOutLogDensity } = result;
  return createEstimator(
    {
      format: "poolish-estimator",
      version: 1,
      target: "likelihood",
      parameters,
      columns,
      conditions: [],
      features,
      density,
      provenance: {
        simulator,
        simulationSeed: seed,
        numSimulations: count,
        trainingSeed: options.seed,
        backend,
        history,
        keptEpoch,
        heldOutLogDensity,
      },
    },
    result.weights,
  );
}

function requireLearnable({ columns, count, x }: Simulations): void {
  const fail = (field: string, message: string, remedy: string): never => {
    throw new PoolishError(message, { kind: "input", field, remedy });
  };
  if (columns.length !== 1 || columns[0].kind !== "count") {
    const kinds = columns.map(({ kind }) => kind).join(", ");
    fail(
      "columns",
      `nle() learns a single column of counts, these simulations have ${kinds}`,
      "Simulate one count column.",
    );
  }
  if (count < FEWEST_SIMULATIONS) {
    fail("count", `${count} simulations are too few to learn from`, `Simulate at least ${FEWEST_SIMULATIONS}.`);
  }
  if (x.every((value) => value === x[0])) {
    fail(columns[0].name, `every simulation gave ${x[0]}`, "Widen the prior or look for a fault in the simulator.");
  }
}

function splitSimulations(rng: ReturnType<typeof rngFromSeed>, count: number, fraction: number) {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  shuffle(rng, order);
  const numValidation = Math.max(1, Math.round(fraction * count));
  return { training: order.slice(numValidation), validation: order.slice(0, numValidation) };
}

/** The density and the features of θ; what is standardised is measured on the training simulations alone. */
function describeDensity(
  recipe: NleRecipe,
  { parameters, theta, x }: Simulations,
  training: Int32Array,
): { density: CountColumnSpec; features: Feature[] } {
  const width = parameters.length;
  const trainingTheta = new Float64Array(training.length * width);
  training.forEach((row, i) => {
    trainingTheta.set(theta.subarray(row * width, (row + 1) * width), i * width);
  });
  const features = fitFeatures(
    parameters.map(({ support }) => support),
    trainingTheta,
    training.length,
  );
  const counts = Float64Array.from(training, (row) => x[row]);
  const { numComponents, hidden } = recipe;
  const density: CountColumnSpec = {
    kind: "count-mixture",
    numComponents,
    network: { widths: [features.length, ...hidden, 3 * numComponents + 2], activation: "tanh" },
    scale: fitCountScale(counts),
    largestCount: x.reduce((largest, value) => Math.max(largest, value), 0),
  };
  return { density, features };
}
