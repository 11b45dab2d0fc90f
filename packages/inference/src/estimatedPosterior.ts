import { PoolishError, type Rng, requireCount, rngFromSeed } from "@poolish/core";
import type { Observations, PosteriorEstimator } from "@poolish/estimators";
import { type DrawTable, drawTable } from "./drawTable.ts";

/** One observation, or one set of trials, and an estimator that knows p(θ | x) for every x. */
export interface EstimatedProblem {
  readonly estimator: Pick<PosteriorEstimator, "parameters" | "sample" | "logProb">;
  readonly x: number | ArrayLike<number>;
}

export interface EstimatedOptions {
  readonly seed: number;
  /** Independent draws; 4,000 by default. */
  readonly draws?: number;
}

/** p(θ | x) as an estimator has it: independent draws, and the normalised density. θ has the order of `parameters`. */
export interface EstimatedPosterior {
  readonly parameters: readonly string[];
  /** A column for each parameter. */
  readonly draws: DrawTable;
  /** `count` further draws: count × numParameters, row-major, fresh. */
  sample(rng: Rng, count: number): Float64Array;
  /** log p(θ | x), on the constrained scale; -Infinity off the supports. @throws PoolishError for a θ of another length. */
  logProb(theta: ArrayLike<number>): number;
}

/** See `posterior`. */
export function estimatedPosterior({ estimator, x }: EstimatedProblem, options: EstimatedOptions): EstimatedPosterior {
  const { seed, draws: numDraws = 4000 } = options;
  requireCount("seed", seed, 0);
  requireCount("draws", numDraws, 1);
  // One observation, whatever its length: an estimator of single rows refuses several.
  const observed: Observations = [typeof x === "number" ? [x] : x];
  const parameters = estimator.parameters.map(({ name }) => name);
  const values = estimator.sample(rngFromSeed(seed), observed, numDraws);
  const column = (name: string): Float64Array => {
    const p = parameters.indexOf(name);
    return Float64Array.from({ length: numDraws }, (_, i) => values[i * parameters.length + p]);
  };
  return {
    parameters,
    draws: drawTable(parameters, (name) => [column(name)]),
    sample: (rng, count) => estimator.sample(rng, observed, count),
    logProb(theta) {
      requireOneTheta(theta, parameters);
      return estimator.logProb(theta, observed)[0];
    },
  };
}

/** An estimator takes any number of rows: here one is meant. */
function requireOneTheta({ length }: ArrayLike<number>, parameters: readonly string[]): void {
  if (length === parameters.length) return;
  throw new PoolishError(`expected ${parameters.length} numbers, got ${length}`, {
    kind: "input",
    field: "theta",
    remedy: `Pass ${parameters.join(", ")}.`,
  });
}
