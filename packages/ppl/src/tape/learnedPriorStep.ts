import type { LearnedDensity, Likelihood, Rng } from "@poolish/core";
import { densityOf } from "../learned/priorLikelihood.ts";
import type { Instruction, Slot } from "./instruction.ts";
import type { Step, TapeBuffers } from "./step.ts";

export type LearnedPriorInstruction = Extract<Instruction, { op: "learnedPrior" }>;

/** Adds Σ_i log q_i(x[i]) to the target: element i of every coordinate has the density i. */
export function learnedPriorStep(
  densities: readonly LearnedDensity[],
  coordinates: readonly Slot[],
  { values, adjoints }: TapeBuffers,
): Step {
  const D = coordinates.length;
  const point = new Float64Array(D);
  const logTerms = new Float64Array(densities.length);
  const gradients = densities.map(() => new Float64Array(D));
  return {
    logTerms,
    forward() {
      let sum = 0;
      for (let i = 0; i < densities.length; i++) {
        for (let k = 0; k < D; k++) point[k] = values[coordinates[k].offset + i];
        logTerms[i] = densities[i].logDensityAndGradient(point, gradients[i]);
        sum += logTerms[i];
      }
      return sum;
    },
    backward() {
      for (let i = 0; i < densities.length; i++) {
        for (let k = 0; k < D; k++) adjoints[coordinates[k].offset + i] += gradients[i][k];
      }
    },
  };
}

/** Draws all coordinates of a learned prior: overwrites their places in the tape's buffer `values`. */
export function learnedPriorSampler(
  { densities, coordinates }: LearnedPriorInstruction,
  likelihoods: readonly Likelihood[],
  values: Float64Array,
): (rng: Rng) => void {
  const live = densities.map((number) => densityOf(likelihoods[number]));
  const point = new Float64Array(coordinates.length);
  return (rng) => {
    for (let i = 0; i < live.length; i++) {
      live[i].sample(rng, point);
      for (let k = 0; k < point.length; k++) values[coordinates[k].offset + i] = point[k];
    }
  };
}
