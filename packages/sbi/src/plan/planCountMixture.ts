import type { Rng } from "@poolish/core";
import { fitCountScale, fitFeatures } from "@poolish/estimators";
import { createCountTrainer } from "../count/countTrainer.ts";
import type { NleRecipe } from "../nle.ts";
import type { Simulations } from "../simulations.ts";
import type { TrainingSettings } from "../training/fit.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import type { Plan } from "./plan.ts";
import { rowsOf } from "./rowsOf.ts";

/** Optimiser steps that a default run aims at. */
const COUNT_STEPS = 2000;

export function planCountMixture(recipe: NleRecipe, simulations: Simulations, training: Int32Array): Plan {
  const { parameters, theta, x } = simulations;
  const { numComponents = 6, hidden = [32, 32], learningRate = 0.005 } = recipe;
  const supports = parameters.map(({ support }) => support);
  const features = fitFeatures(supports, rowsOf(theta, parameters.length, training), training.length);
  const density = {
    kind: "count-mixture",
    numComponents,
    network: { widths: [features.length, ...hidden, 3 * numComponents + 2], activation: "tanh" },
    scale: fitCountScale(Float64Array.from(training, (row) => x[row])),
    largestCount: x.reduce((largest, value) => Math.max(largest, value), 0),
  } as const;
  const settings = countSettings(recipe, training.length, learningRate);
  const createTrainer = (rng: Rng): TrainableDensity =>
    createCountTrainer(rng, { density, features, simulations, training, maxBatch: settings.batchSize });
  return { density, features, conditionScales: [], settings, createTrainer };
}

export function countSettings(recipe: NleRecipe, numTraining: number, learningRate: number): TrainingSettings {
  const batchSize = Math.min(recipe.batchSize ?? 512, Math.max(1, Math.floor(numTraining / 4)));
  const planned = Math.min(100, Math.max(5, Math.ceil((COUNT_STEPS * batchSize) / numTraining)));
  const optimizer = { beta2: 0.999, epsilon: 1e-7, clipNorm: Infinity, averaging: 0 };
  return { ...optimizer, batchSize, numEpochs: recipe.numEpochs ?? planned, peakLearningRate: learningRate };
}
