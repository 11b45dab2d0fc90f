import { PoolishError, requireCount } from "@poolish/core";
import { type EmbeddingChoice, type EmbeddingOption, embeddingChoice } from "../embedding/embeddingChoice.ts";
import type { DensityFamily } from "../plan/planDensity.ts";

/** Families of conditional densities that `npe` can learn. */
export const POSTERIOR_DENSITIES: readonly DensityFamily[] = ["autoregressive", "maf", "nsf", "mdn"];

/** Settings of a neural posterior estimator; those left out have defaults that suit most simulators. */
export interface NpeOptions {
  /**
   * "autoregressive": one parameter after another, a Gaussian layer with a mixture of normals for each. "maf", "nsf": flows.
   * "mdn": a mixture of normals with full covariance. See `NleOptions.density`. "auto", the default, tries the first and
   * "nsf" for a quarter of the epochs each, keeps the one that explains held-out simulations better, and says so.
   */
  readonly density?: "auto" | DensityFamily;
  /**
   * The network from x to the summaries that the density conditions on. "auto" chooses by the shape of x and says so.
   */
  readonly embedding?: EmbeddingOption;
  /** Components of each mixture: more can follow more humps. 8 by default; flows have none. */
  readonly numComponents?: number;
  /** Widths of the density's hidden layers. */
  readonly hidden?: readonly number[];
  /** Networks that are trained from different starts and averaged; see `NleOptions.numMembers`. */
  readonly numMembers?: number;
  /** Passes over the simulations, at most. */
  readonly numEpochs?: number;
  /** Simulations a step. By default it grows with their number. */
  readonly batchSize?: number;
  /** Adam's largest step size. */
  readonly learningRate?: number;
  /** Share of the simulations that is held out; 0.05 by default. */
  readonly validationFraction?: number;
}

/** What `train` learns, and how; what is undefined follows from the simulations. */
export interface NpeRecipe {
  readonly kind: "npe";
  readonly density: "auto" | DensityFamily;
  readonly embedding: EmbeddingChoice;
  readonly numComponents: number | undefined;
  readonly hidden: readonly number[] | undefined;
  readonly numMembers: number | undefined;
  readonly numEpochs: number | undefined;
  readonly batchSize: number | undefined;
  readonly learningRate: number | undefined;
  readonly validationFraction: number;
}

/**
 * Neural posterior estimation: learn p(θ | x) from simulations, for every x at once (Papamakarios & Murray 2016; Greenberg,
 * Nonnenmacher & Macke 2019 name the amortised case NPE). The prior is that of the simulations.
 * @throws PoolishError naming an option that is out of range.
 */
export function npe(options: NpeOptions = {}): NpeRecipe {
  const { density = "auto", numComponents, hidden, numMembers, numEpochs, batchSize } = options;
  const { learningRate, validationFraction = 0.05 } = options;
  requireDensity(density);
  for (const [name, value] of Object.entries({ numComponents, numMembers, numEpochs, batchSize })) {
    if (value !== undefined) requireCount(name, value, 1);
  }
  for (const width of hidden ?? []) requireCount("hidden", width, 1);
  requireFraction("validationFraction", validationFraction);
  if (learningRate !== undefined) requireFraction("learningRate", learningRate);
  const embedding = embeddingChoice(options.embedding);
  const sizes = { density, embedding, numComponents, hidden, numMembers };
  return { kind: "npe", ...sizes, numEpochs, batchSize, learningRate, validationFraction };
}

function requireDensity(density: string): void {
  const known: readonly string[] = ["auto", ...POSTERIOR_DENSITIES];
  if (known.includes(density)) return;
  throw new PoolishError(`there is no density "${density}"`, {
    kind: "input",
    field: "density",
    remedy: `Pass one of ${known.join(", ")}.`,
  });
}

function requireFraction(field: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw new PoolishError(`expected a number between 0 and 1, got ${value}`, {
    kind: "input",
    field,
    remedy: "Leave it out to get the default.",
  });
}
