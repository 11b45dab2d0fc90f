import type { TrainingSettings } from "../training/fit.ts";

/** What a recipe may say of its training. */
export interface GivenSettings {
  readonly batchSize: number | undefined;
  readonly numEpochs: number | undefined;
  readonly learningRate: number | undefined;
}

/** How densities of several layers are trained, unless the recipe says otherwise: see docs/adr/0004. */
export function networkSettings(recipe: GivenSettings, numTraining: number, learningRate: number): TrainingSettings {
  const batchSize = Math.min(
    numTraining,
    recipe.batchSize ?? Math.min(512, Math.max(32, Math.round(numTraining / 80))),
  );
  const numEpochs = recipe.numEpochs ?? 50;
  const optimizer = { beta2: 0.99, epsilon: 1e-8, clipNorm: 5, averaging: 0.998 };
  return { ...optimizer, batchSize, numEpochs, peakLearningRate: recipe.learningRate ?? learningRate };
}
