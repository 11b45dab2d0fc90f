import type { ColumnSpec, Rng, Support } from "@poolish/core";

export const SBIBM_TASK_NAMES: readonly [
  "gaussian_linear",
  "gaussian_linear_uniform",
  "gaussian_mixture",
  "two_moons",
  "slcp",
  "slcp_distractors",
  "bernoulli_glm",
  "bernoulli_glm_raw",
  "sir",
  "lotka_volterra",
] = [
  "gaussian_linear",
  "gaussian_linear_uniform",
  "gaussian_mixture",
  "two_moons",
  "slcp",
  "slcp_distractors",
  "bernoulli_glm",
  "bernoulli_glm_raw",
  "sir",
  "lotka_volterra",
];

export type SbibmTaskName = (typeof SBIBM_TASK_NAMES)[number];

/** The prior of one parameter as data: `kind` and the order of `parameters` are those of `@poolish/distributions`. */
export type PriorRecord =
  | { readonly kind: "normal"; readonly parameters: readonly [mean: number, standardDeviation: number] }
  | { readonly kind: "uniform"; readonly parameters: readonly [lower: number, upper: number] }
  | { readonly kind: "logNormal"; readonly parameters: readonly [meanLog: number, sdLog: number] };

/**
 * A task of the benchmark sbibm (Lueckmann et al. 2021, "Benchmarking simulation-based inference"): prior, simulator and
 * exact likelihood. θ is on the constrained scale throughout. Gradients mean nothing where the value is not finite.
 */
export interface SbibmTask {
  readonly name: SbibmTaskName;
  readonly parameters: readonly { readonly name: string; readonly support: Support }[];
  readonly columns: readonly ColumnSpec[];
  /** One record a parameter where the prior factorises, else null: then only `samplePrior` and `logPrior` know it. */
  readonly prior: readonly PriorRecord[] | null;
  /** Overwrites `theta` with a draw from the prior. */
  samplePrior(rng: Rng, theta: Float64Array): void;
  /** Normalised log prior; overwrites `gradient`. -Infinity off the support. */
  logPrior(theta: Float64Array, gradient: Float64Array): number;
  /** Overwrites `x`, one number a column. */
  simulate(rng: Rng, theta: Float64Array, x: Float64Array): void;
  /** log p(x | θ), normalised in x unless `isNormalised` is false; overwrites `gradient` with ∂/∂θ. */
  logLikelihood(theta: Float64Array, x: Float64Array, gradient: Float64Array): number;
  /** False where `logLikelihood` leaves out a factor that depends on x alone, which the posterior does not need. */
  readonly isNormalised: boolean;
  /** Overwrites `theta` with an exact draw of the posterior given x, where one is easily had. */
  readonly samplePosterior?: (rng: Rng, x: Float64Array, theta: Float64Array) => void;
}
