import { requireCount, requireFraction } from "@poolish/core";

/** Settings of a network and its training that all recipes have; those left out have defaults that suit most simulators. */
export interface RecipeTrainingOptions {
  /** Widths of the hidden layers. */
  readonly hidden?: readonly number[];
  /** Passes over the simulations, at most. */
  readonly numEpochs?: number;
  /** Simulations a step. By default it grows with their number. */
  readonly batchSize?: number;
  /** Adam's largest step size. */
  readonly learningRate?: number;
  /** Share of the simulations that is held out; 0.05 by default. */
  readonly validationFraction?: number;
}

/** The same settings in a recipe; what is undefined follows from the simulations. */
export interface RecipeTraining {
  readonly hidden: readonly number[] | undefined;
  readonly numEpochs: number | undefined;
  readonly batchSize: number | undefined;
  readonly learningRate: number | undefined;
  readonly validationFraction: number;
}

/** @throws PoolishError naming an option that is out of range. */
export function recipeTraining(options: RecipeTrainingOptions): RecipeTraining {
  const { hidden, numEpochs, batchSize, learningRate, validationFraction = 0.05 } = options;
  requireCounts({ numEpochs, batchSize });
  for (const width of hidden ?? []) requireCount("hidden", width, 1);
  requireFraction("validationFraction", validationFraction);
  if (learningRate !== undefined) requireFraction("learningRate", learningRate);
  return { hidden, numEpochs, batchSize, learningRate, validationFraction };
}

/** Of those that are given. @throws PoolishError naming one that is no whole number of at least 1. */
export function requireCounts(counts: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (value !== undefined) requireCount(name, value, 1);
  }
}
