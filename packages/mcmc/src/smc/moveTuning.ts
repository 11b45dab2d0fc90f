import { blockSize } from "./blocks.ts";

/** Step sizes and lengths of trajectory that are tried side by side: three of each, hence nine levels. */
const STEP_SIZE_FACTORS = [Math.SQRT1_2, 1, Math.SQRT2];
const NUM_STEPS_FACTORS = [0.5, 1, 2];
export const NUM_LEVELS: number = STEP_SIZE_FACTORS.length * NUM_STEPS_FACTORS.length;

/**
 * The level that particle `i` of `count` tries in a sweep: its length goes by the block, which moves in step, its step
 * size by the particle. Each particle meets all of them in nine sweeps.
 */
export function levelOf(i: number, count: number, { sweep }: { readonly sweep: number }): number {
  const numSizes = STEP_SIZE_FACTORS.length;
  const numLengths = NUM_STEPS_FACTORS.length;
  const length = (Math.floor(i / blockSize(count)) + sweep) % numLengths;
  return numSizes * length + ((i + Math.floor(sweep / numLengths)) % numSizes);
}

/** What the moves of a sweep use. */
export interface MoveTuning {
  /** Of the middle level, in units of the metric, before each trajectory's jitter. */
  readonly stepSize: number;
  /** Leapfrog steps of the middle level. */
  readonly numSteps: number;
}

/** What a sweep over the particles saw: means over the weighted particles. */
export interface SweepSummary {
  readonly acceptanceRate: number;
  /** Expected squared jump (in the metric) per gradient, for each level. */
  readonly efficiency: readonly number[];
}

/** An acceptance below this leaves too many particles where they are, however far the others jump. */
const LEAST_ACCEPTANCE = 0.6;
const LARGEST_NUM_STEPS = 64;

/** A step that suits a Gaussian of `dim` dimensions: acceptance falls with dim · stepSize⁴ (Beskos et al. 2013). */
export function initialTuning(dim: number): MoveTuning {
  return { stepSize: dim ** -0.25, numSteps: 2 };
}

export function stepSizeOfLevel({ stepSize }: MoveTuning, level: number): number {
  return stepSize * STEP_SIZE_FACTORS[level % STEP_SIZE_FACTORS.length];
}

/** Leapfrog steps of a trajectory of `level`. */
export function numStepsOfLevel({ numSteps }: MoveTuning, level: number): number {
  const steps = Math.floor(numSteps * NUM_STEPS_FACTORS[Math.floor(level / STEP_SIZE_FACTORS.length)]);
  return Math.min(Math.max(1, steps), LARGEST_NUM_STEPS);
}

/**
 * Climbs to the level with the largest expected squared jump per gradient, the criterion of Buchholz, Chopin & Jacob 2021
 * ("Adaptive tuning of Hamiltonian Monte Carlo within sequential Monte Carlo", §3.2). Only smaller steps are considered
 * while too few moves are accepted.
 */
export function nextTuning(tuning: MoveTuning, { acceptanceRate, efficiency }: SweepSummary): MoveTuning {
  if (acceptanceRate < LEAST_ACCEPTANCE) return { ...tuning, stepSize: tuning.stepSize * Math.SQRT1_2 };
  let best = 0;
  for (let level = 1; level < NUM_LEVELS; level++) if (efficiency[level] > efficiency[best]) best = level;
  return { stepSize: stepSizeOfLevel(tuning, best), numSteps: numStepsOfLevel(tuning, best) };
}
