import { requireOneOf } from "@poolish/core";
import { type RecipeTraining, type RecipeTrainingOptions, recipeTraining, requireCounts } from "./recipeTraining.ts";

/** Families of conditional densities that `nle` can learn. */
export const LIKELIHOOD_DENSITIES: readonly ["count-mixture", "autoregressive", "maf", "nsf", "mdn"] = [
  "count-mixture",
  "autoregressive",
  "maf",
  "nsf",
  "mdn",
];
export type LikelihoodDensity = (typeof LIKELIHOOD_DENSITIES)[number];

/** Settings of a neural likelihood estimator; those left out have defaults that suit most simulators. */
export interface NleOptions extends RecipeTrainingOptions {
  /**
   * "auto" chooses by column kinds, and where simulations are few (see `numMembers`). "count-mixture": a discretised mixture of normals for one column of counts.
   * "autoregressive": any columns, one after another; a Gaussian layer with a mixture of normals for each number.
   * Continuous columns only: "maf", a masked autoregressive flow; "nsf", an autoregressive neural spline flow; "mdn", a
   * mixture density network, of normals with full covariance.
   */
  readonly density?: "auto" | LikelihoodDensity;
  /** Components of each mixture: more can follow more humps. By default 6 for a count mixture, 8 otherwise; flows have none. */
  readonly numComponents?: number;
  /**
   * Networks that are trained from different starts and averaged. By default 1; but where that has too few simulations and
   * begins to learn them by heart, several that are harder to teach by heart: 4 masked flows where density is "auto" and all
   * columns are continuous, else 6 shallower networks; or 4 that take smaller steps, where these are worse.
   */
  readonly numMembers?: number;
}

/** What `train` learns, and how; what is undefined follows from the simulations. */
export interface NleRecipe extends RecipeTraining {
  readonly kind: "nle";
  readonly density: "auto" | LikelihoodDensity;
  readonly numComponents: number | undefined;
  readonly numMembers: number | undefined;
}

/**
 * Neural likelihood estimation: learn p(x | θ) from simulations (Papamakarios, Sterratt & Murray 2019).
 * @throws PoolishError naming an option that is out of range.
 */
export function nle(options: NleOptions = {}): NleRecipe {
  const { density = "auto", numComponents, numMembers } = options;
  requireOneOf("density", density, ["auto", ...LIKELIHOOD_DENSITIES]);
  requireCounts({ numComponents, numMembers });
  return { kind: "nle", density, numComponents, numMembers, ...recipeTraining(options) };
}
