import type { DrawsDensity } from "./draws/drawsSpec.ts";
import type { Estimator } from "./estimator.ts";
import type { PosteriorEstimator } from "./posterior/posteriorEstimator.ts";
import type { RatioEstimator } from "./ratio/ratioEstimator.ts";
import type { VectorFieldEstimator } from "./vectorField/vectorFieldEstimator.ts";

/** What an estimator's file may hold; `spec.target` says which. */
export type AnyEstimator = Estimator | RatioEstimator | PosteriorEstimator | VectorFieldEstimator | DrawsDensity;
