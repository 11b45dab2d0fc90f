import { PoolishError, type Rng, requireCount, rngFromSeed } from "@poolish/core";
import type { Estimator, PosteriorEstimator, VectorFieldEstimator } from "@poolish/estimators";
import { type NleRecipe, nle } from "../nle.ts";
import { type NpeRecipe, npe } from "../npe/npe.ts";
import type { Simulations } from "../simulations.ts";
import { train } from "../train.ts";
import type { TrainOptions } from "../trainOptions.ts";

export interface DistilOptions<Recipe> extends Omit<TrainOptions, "resume" | "from"> {
  /** What is fitted to the field's draws; `nle()` or `npe()` by default. */
  readonly recipe?: Recipe;
  /** Draws of the field to learn from; by default twice the simulations, and at least 20,000. */
  readonly count?: number;
}

/** A fast density in place of a field, and what that costs. */
export interface Distilled<T> {
  readonly estimator: T;
  /** Mean log-density of fresh draws of the field under the field, less that under the fast density: nats a draw; 0 is no loss. */
  readonly gap: number;
  readonly standardError: number;
}

const FEWEST_DRAWS = 20_000;
/** Fresh draws on which the gap is measured. */
const NUM_JUDGED = 2000;

/**
 * Fits a fast density to the draws of a vector field, at the θ (or x) of `simulations`, over and over if need be: for programs
 * that evaluate it many times.
 * @throws PoolishError for an estimator that is no vector field, and as `train` does.
 */
export function distil(
  estimator: Estimator,
  simulations: Simulations,
  options: DistilOptions<NleRecipe>,
): Promise<Distilled<Estimator>>;
export function distil(
  estimator: VectorFieldEstimator,
  simulations: Simulations,
  options: DistilOptions<NpeRecipe>,
): Promise<Distilled<PosteriorEstimator>>;
export function distil(
  estimator: Estimator | VectorFieldEstimator,
  simulations: Simulations,
  options: DistilOptions<NleRecipe> | DistilOptions<NpeRecipe>,
): Promise<Distilled<Estimator> | Distilled<PosteriorEstimator>> {
  if (options.count !== undefined) requireCount("count", options.count, 1);
  requireField(estimator);
  requireSingleTrials(simulations);
  return isPosterior(estimator)
    ? distilPosterior(estimator, simulations, options as DistilOptions<NpeRecipe>)
    : distilLikelihood(estimator, simulations, options as DistilOptions<NleRecipe>);
}

function isPosterior(estimator: Estimator | VectorFieldEstimator): estimator is VectorFieldEstimator {
  return estimator.spec.target === "vector-field";
}

function requireField({ spec }: Estimator | VectorFieldEstimator): void {
  if (spec.density.kind === "vector-field") return;
  throw new PoolishError(`the estimator's density is of kind ${spec.density.kind}`, {
    kind: "input",
    field: "estimator",
    remedy: "Only vector fields are distilled: other densities are fast as they are.",
  });
}

function requireSingleTrials({ numTrials }: Simulations): void {
  if (numTrials === undefined) return;
  throw new PoolishError("a field of sets of trials cannot be distilled", {
    kind: "input",
    field: "simulations",
    remedy: "Train npe on the sets themselves.",
  });
}

async function distilLikelihood(
  estimator: Estimator,
  simulations: Simulations,
  { recipe = nle(), count = drawCount(simulations), ...options }: DistilOptions<NleRecipe>,
): Promise<Distilled<Estimator>> {
  const [rng, freshRng] = streams(options.seed);
  const draw = (stream: Rng, size: number): Simulations => {
    const repeated = repeatRows(simulations, size);
    const { theta, conditionValues } = repeated;
    return { ...repeated, x: estimator.sample(stream, theta, size, undefined, conditionValues) };
  };
  const fast = await train(recipe, draw(rng, count), options);
  const { x, theta, conditionValues } = draw(freshRng, NUM_JUDGED);
  const [field, fitted] = [estimator, fast].map((each) => each.logProb(x, theta, conditionValues));
  return { estimator: fast, ...gapBetween(field, fitted) };
}

async function distilPosterior(
  estimator: VectorFieldEstimator,
  simulations: Simulations,
  { recipe = npe(), count = drawCount(simulations), ...options }: DistilOptions<NpeRecipe>,
): Promise<Distilled<PosteriorEstimator>> {
  const [rng, freshRng] = streams(options.seed);
  const draw = (stream: Rng, size: number): Simulations => {
    const repeated = repeatRows(simulations, size);
    return { ...repeated, theta: estimator.sample(stream, observedRows(repeated), 1) };
  };
  const fast = await train(recipe, draw(rng, count), options);
  const judged = draw(freshRng, NUM_JUDGED);
  const rows = observedRows(judged);
  const field = estimator.logProb(judged.theta, rows);
  return { estimator: fast, ...gapBetween(field, fast.logProb(judged.theta, rows)) };
}

function drawCount({ count }: Simulations): number {
  return Math.max(FEWEST_DRAWS, 2 * count);
}

function streams(seed: number): Rng[] {
  return rngFromSeed(seed).foldIn(1).split(2);
}

/** The first `size` rows of the simulations, from the start again when they end. */
function repeatRows(simulations: Simulations, size: number): Simulations {
  const { count, parameters, columns, conditions, theta, x, conditionValues } = simulations;
  const repeat = (values: Float64Array, width: number): Float64Array =>
    Float64Array.from({ length: size * width }, (_, i) => values[i % (count * width)]);
  return {
    ...simulations,
    simulator: `${simulations.simulator}, as a vector field has it`,
    count: size,
    theta: repeat(theta, parameters.length),
    x: repeat(x, columns.length),
    conditionValues: repeat(conditionValues, conditions.length),
  };
}

/** x with known conditions behind it, one array for each row. */
function observedRows({ x, conditionValues, columns, conditions, count }: Simulations): Float64Array[] {
  return Array.from({ length: count }, (_, row) =>
    Float64Array.of(
      ...x.subarray(row * columns.length, (row + 1) * columns.length),
      ...conditionValues.subarray(row * conditions.length, (row + 1) * conditions.length),
    ),
  );
}

function gapBetween(field: Float64Array, fitted: Float64Array): { gap: number; standardError: number } {
  const differences = field.map((value, i) => value - fitted[i]);
  const count = differences.length;
  const gap = differences.reduce((sum, value) => sum + value / count, 0);
  const variance = differences.reduce((sum, value) => sum + (value - gap) ** 2 / (count - 1), 0);
  return { gap, standardError: Math.sqrt(variance / count) };
}
