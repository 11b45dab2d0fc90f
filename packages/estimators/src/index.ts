export { bindCounts, requireCounts } from "./count/bindCounts.ts";
export {
  type CountDensity,
  type CountDensitySpec,
  createCountDensity,
  numCountWeights,
} from "./count/countDensity.ts";
export type { CountTerms } from "./count/countMixture.ts";
export { type CountScale, countEdge, fitCountScale } from "./count/countScale.ts";
export { createEstimator } from "./createEstimator.ts";
export type { Estimator } from "./estimator.ts";
export { estimatorFromBytes } from "./estimatorFromBytes.ts";
export { columnSchema, parameterSchema } from "./estimatorSchema.ts";
export type { CountColumnSpec, EpochLoss, EstimatorSpec, Provenance } from "./estimatorSpec.ts";
export { estimatorToBytes } from "./estimatorToBytes.ts";
export { type Feature, type FeatureTransform, fitFeatures, writeFeatures } from "./features.ts";
export { createMlp, type Mlp, type MlpSpec, numMlpWeights } from "./mlp.ts";
export { type NormalInterval, normalInterval } from "./normalInterval.ts";
export { simdVariant } from "./simdVariant.ts";
