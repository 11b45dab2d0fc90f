import type { DensityDescriptor, LearnedDensity } from "@poolish/core";
import {
  type DrawsDensity,
  estimatorFromBytes,
  type PosteriorEstimator,
  type VectorFieldEstimator,
} from "@poolish/estimators";

/** The density that a descriptor stands for: a density of draws, or a posterior at an observation. */
export function reviveDensity({ bytes, x }: Omit<DensityDescriptor, "kind">): LearnedDensity {
  const estimator = estimatorFromBytes<DrawsDensity | PosteriorEstimator | VectorFieldEstimator>(bytes);
  return "at" in estimator ? estimator.at(x) : estimator;
}
