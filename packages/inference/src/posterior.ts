import { type Columns, type Likelihood, PoolishError, type Rng, requireCount } from "@poolish/core";
import { type Distribution, learned, model, observedLikelihood } from "@poolish/ppl";
import type { DrawTable } from "./drawTable.ts";
import {
  type EstimatedOptions,
  type EstimatedPosterior,
  type EstimatedProblem,
  estimatedPosterior,
} from "./estimatedPosterior.ts";
import type { Fit } from "./fit.ts";
import { type InferOptions, infer } from "./infer.ts";

export interface PosteriorProblem {
  readonly likelihood: Likelihood;
  /** A distribution with known parameters for each parameter of the likelihood. */
  readonly prior: Readonly<Record<string, Distribution>>;
  /**
   * The data, one entry a trial: the likelihood's columns (and conditions) by name, or the only column alone. All trials
   * share one θ.
   */
  readonly x: Columns | ArrayLike<number>;
}

/** p(θ | x): draws, and the density itself. θ has the order of `parameters`. */
export interface Posterior {
  readonly parameters: readonly string[];
  readonly fit: Fit;
  /** All draws, a column for each parameter. */
  readonly draws: DrawTable;
  /** `count` draws with replacement: count × numParameters, row-major, fresh. */
  sample(rng: Rng, count: number): Float64Array;
  /**
   * log p(θ) + log p(x | θ), on the constrained scale: the posterior up to a constant (that of the likelihood as well,
   * where it is not normalised), less the guard beyond the training box (see `learned`). -Infinity off the prior's support. @throws PoolishError for a θ of another length.
   */
  logDensity(theta: ArrayLike<number>): number;
  /**
   * The normalised log-density: `logDensity` less the log evidence of the fit, whose error it shares.
   * @throws PoolishError when the method estimates no evidence (method "smc" does, for normalised likelihoods).
   */
  logProb(theta: ArrayLike<number>): number;
}

/**
 * The plain inverse problem without a program: one θ for all rows of x. With a likelihood and a prior, samples by
 * `options.method`: "nuts", or "smc" for several modes and the evidence. With a posterior estimator, draws from it.
 * @throws PoolishError for a prior that misses a parameter, or has one too many, for data that likelihood or estimator cannot
 * explain, and as `infer` does.
 */
export function posterior(problem: PosteriorProblem, options: InferOptions): Promise<Posterior>;
export function posterior(problem: EstimatedProblem, options: EstimatedOptions): Promise<EstimatedPosterior>;
export async function posterior(
  problem: PosteriorProblem | EstimatedProblem,
  options: InferOptions | EstimatedOptions,
): Promise<Posterior | EstimatedPosterior> {
  if ("estimator" in problem) return estimatedPosterior(problem, options as EstimatedOptions);
  return sampledPosterior(problem, options as InferOptions);
}

async function sampledPosterior(problem: PosteriorProblem, options: InferOptions): Promise<Posterior> {
  const { likelihood, prior } = problem;
  const parameters = likelihood.parameters.map(({ name }) => name);
  requireSameNames(parameters, Object.keys(prior));
  const columns = columnsOf(problem);
  const fit = await infer(
    model("posterior", ({ sample, observe }) => {
      const parts = Object.fromEntries(parameters.map((name) => [name, sample(name, prior[name])]));
      observe("x", learned(likelihood, parts), columns);
    }),
    {},
    options,
  );
  const draws = fit.draws(parameters);
  const logDensity = jointDensity(likelihood, prior, columns);
  return {
    parameters,
    fit,
    draws,
    sample(rng, count) {
      requireCount("count", count, 0);
      const out = new Float64Array(count * parameters.length);
      for (let i = 0; i < count; i++) {
        const row = Math.floor(rng.uniform() * draws.numRows);
        parameters.forEach((name, k) => {
          out[i * parameters.length + k] = draws.columns[name][row];
        });
      }
      return out;
    },
    logDensity,
    logProb: (theta) => logDensity(theta) - requireEvidence(fit),
  };
}

/** Binds the data once; each call evaluates one θ. */
function jointDensity(
  likelihood: Likelihood,
  prior: PosteriorProblem["prior"],
  columns: Columns,
): Posterior["logDensity"] {
  const parameters = likelihood.parameters.map(({ name }) => name);
  const numTrials = Object.values(columns)[0]?.length ?? 0;
  // As the model that is sampled has it: with its guard.
  const bound = observedLikelihood(likelihood, { isGuarded: true }).bind(columns, new Int32Array(numTrials), 1);
  const logTerms = new Float64Array(bound.numTerms);
  return (theta) => {
    if (theta.length !== parameters.length) {
      refuse("theta", `expected ${parameters.length} numbers, got ${theta.length}`, `Pass ${parameters.join(", ")}.`);
    }
    let sum = parameters.reduce((total, name, k) => total + prior[name].logProb(theta[k]), 0);
    // A likelihood says nothing of a θ off the prior's support, and need not be defined there.
    if (sum === -Infinity) return sum;
    bound.evaluate(Float64Array.from(theta), logTerms);
    for (let i = 0; i < logTerms.length; i++) sum += bound.multiplicity[i] * logTerms[i];
    return sum;
  };
}

function columnsOf({ likelihood, x }: PosteriorProblem): Columns {
  const names = [...likelihood.columns, ...likelihood.conditions].map(({ name }) => name);
  if (!Array.isArray(x) && !ArrayBuffer.isView(x)) return x as Columns;
  if (names.length === 1) return { [names[0]]: x as ArrayLike<number> };
  return refuse("x", `the likelihood has ${names.length} columns`, `Pass an object with ${names.join(", ")}.`);
}

function requireSameNames(parameters: readonly string[], names: readonly string[]): void {
  const remedy = `The likelihood's parameters are ${parameters.join(", ")}.`;
  const missing = parameters.find((name) => !names.includes(name));
  if (missing !== undefined) refuse(`prior.${missing}`, "this parameter of the likelihood has no prior", remedy);
  const foreign = names.find((name) => !parameters.includes(name));
  if (foreign !== undefined) refuse(`prior.${foreign}`, "the likelihood has no such parameter", remedy);
}

function requireEvidence({ evidence }: Fit): number {
  if (evidence !== undefined) return evidence.logEvidence;
  const remedy = 'Use logDensity, or fit with method: "smc" and a normalised likelihood.';
  return refuse("logProb", "the fit has no estimate of the evidence that normalises it", remedy);
}

function refuse(field: string, message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "input", field, remedy });
}
