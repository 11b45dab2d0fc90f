import { requireOneOf } from "@poolish/core";
import { type EmbeddingChoice, type EmbeddingOption, embeddingChoice } from "../embedding/embeddingChoice.ts";
import type { DensityFamily } from "../plan/planDensity.ts";
import { type RecipeTraining, type RecipeTrainingOptions, recipeTraining, requireCounts } from "../recipeTraining.ts";

/** Families of conditional densities that `npe` can learn. */
export const POSTERIOR_DENSITIES: readonly DensityFamily[] = ["autoregressive", "maf", "nsf", "mdn"];

/** Settings of a neural posterior estimator; those left out have defaults that suit most simulators. */
export interface NpeOptions extends RecipeTrainingOptions {
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
}

/** What `train` learns, and how; what is undefined follows from the simulations. */
export interface NpeRecipe extends RecipeTraining {
  readonly kind: "npe";
  readonly density: "auto" | DensityFamily;
  readonly embedding: EmbeddingChoice;
  readonly numComponents: number | undefined;
  readonly numMembers: number | undefined;
}

/**
 * Neural posterior estimation: learn p(θ | x) from simulations, for every x at once (Papamakarios & Murray 2016; Greenberg,
 * Nonnenmacher & Macke 2019 name the amortised case NPE). The prior is that of the simulations.
 * @throws PoolishError naming an option that is out of range.
 */
export function npe(options: NpeOptions = {}): NpeRecipe {
  const { density = "auto", numComponents, numMembers } = options;
  requireOneOf("density", density, ["auto", ...POSTERIOR_DENSITIES]);
  requireCounts({ numComponents, numMembers });
  const embedding = embeddingChoice(options.embedding);
  return { kind: "npe", density, embedding, numComponents, numMembers, ...recipeTraining(options) };
}
