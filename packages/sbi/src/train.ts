import { type CancelSignal, type OnProgress, type Rng, requireCount, rngFromSeed } from "@poolish/core";
import {
  type CountColumnSpec,
  createEstimator,
  type Estimator,
  type Feature,
  fitCountScale,
  fitFeatures,
} from "@poolish/estimators";
import { shuffle } from "@poolish/math";
import { selectBackend } from "./backend.ts";
import { createCountTrainer } from "./count/countTrainer.ts";
import type { NleRecipe } from "./nle.ts";
import { requireLearnable } from "./requireLearnable.ts";
import type { Simulations } from "./simulations.ts";
import { fit } from "./training/fit.ts";

export interface TrainOptions {
  readonly seed: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

/** Optimiser steps that a default run aims at. */
const TARGET_STEPS = 2000;

/**
 * Trains an estimator on simulations. The same recipe, simulations, seed and backend give the same weights.
 * @throws PoolishError for simulations that cannot be learned from, and when cancelled.
 */
export async function train(recipe: NleRecipe, simulations: Simulations, options: TrainOptions): Promise<Estimator> {
  requireCount("seed", options.seed, 0);
  requireLearnable(simulations);
  const backend = await selectBackend();
  const [initialRng, splitRng, orderRng] = rngFromSeed(options.seed).split(3);
  const { training, validation } = splitSimulations(splitRng, simulations.count, recipe.validationFraction);
  const { density, features } = describeDensity(recipe, simulations, training);
  const batchSize = Math.min(recipe.batchSize, Math.max(1, Math.floor(training.length / 4)));
  const trainer = createCountTrainer(initialRng, { density, features, simulations, training, maxBatch: batchSize });
  const { onProgress, signal } = options;
  const { weights, ...outcome } = await fit(trainer, {
    rng: orderRng,
    training,
    validation,
    batchSize,
    numEpochs: recipe.numEpochs ?? defaultEpochs(batchSize, training.length),
    peakLearningRate: recipe.learningRate,
    ...(onProgress !== undefined && { onProgress }),
    ...(signal !== undefined && { signal }),
  });
  const { parameters, columns, simulator, seed: simulationSeed, count: numSimulations } = simulations;
  const origin = { simulator, simulationSeed, numSimulations, trainingSeed: options.seed, backend };
  const provenance = { ...origin, ...outcome };
  const kind = { format: "poolish-estimator", version: 1, target: "likelihood" } as const;
  return createEstimator({ ...kind, parameters, columns, conditions: [], features, density, provenance }, weights);
}

/** As many passes as make about TARGET_STEPS, between 5 and 100. */
function defaultEpochs(batchSize: number, numTraining: number): number {
  return Math.min(100, Math.max(5, Math.ceil((TARGET_STEPS * batchSize) / numTraining)));
}

function splitSimulations(rng: Rng, count: number, fraction: number) {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  shuffle(rng, order);
  const numValidation = Math.min(count - 1, Math.max(1, Math.round(fraction * count)));
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
