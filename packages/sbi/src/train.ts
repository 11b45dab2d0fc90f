import type {
  AnyEstimator,
  Estimator,
  PosteriorEstimator,
  RatioEstimator,
  VectorFieldEstimator,
} from "@poolish/estimators";
import type { NleRecipe } from "./nle.ts";
import type { NpeRecipe } from "./npe/npe.ts";
import { trainPosterior } from "./npe/trainPosterior.ts";
import type { NreRecipe } from "./nre/nre.ts";
import { trainRatio } from "./nre/trainRatio.ts";
import type { Simulations } from "./simulations.ts";
import { trainLikelihood } from "./trainLikelihood.ts";
import type { TrainOptions } from "./trainOptions.ts";
import { trainVectorField } from "./vectorField/trainVectorField.ts";
import type { VectorFieldRecipe } from "./vectorField/vectorField.ts";

export type { TrainOptions } from "./trainOptions.ts";

/** A recipe of any kind. */
export type Recipe = NleRecipe | NpeRecipe | NreRecipe | VectorFieldRecipe;

/**
 * Trains an estimator on simulations. The same recipe, simulations, seed and SIMD variant give the same weights.
 * Simulations that failed (NaN in x) are left out with a warning.
 * @throws PoolishError for simulations that cannot be learned from, or not by the estimator to go on from, and when
 * cancelled.
 */
export function train(recipe: NleRecipe, simulations: Simulations, options: TrainOptions): Promise<Estimator>;
export function train(recipe: NpeRecipe, simulations: Simulations, options: TrainOptions): Promise<PosteriorEstimator>;
export function train(recipe: NreRecipe, simulations: Simulations, options: TrainOptions): Promise<RatioEstimator>;
export function train(
  recipe: VectorFieldRecipe<"posterior">,
  simulations: Simulations,
  options: TrainOptions,
): Promise<VectorFieldEstimator>;
export function train(
  recipe: VectorFieldRecipe<"likelihood">,
  simulations: Simulations,
  options: TrainOptions,
): Promise<Estimator>;
export function train(recipe: Recipe, simulations: Simulations, options: TrainOptions): Promise<AnyEstimator> {
  switch (recipe.kind) {
    case "nle":
      return trainLikelihood(recipe, simulations, options);
    case "npe":
      return trainPosterior(recipe, simulations, options);
    case "nre":
      return trainRatio(recipe, simulations, options);
    case "vector-field":
      return trainVectorField(recipe, simulations, options);
  }
}
