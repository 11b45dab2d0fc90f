export {
  type AutoregressiveSpec,
  autoregressiveBlocks,
  branchSpec,
  columnOrder,
  numericColumns,
  trunkSpec,
} from "./autoregressive/autoregressiveSpec.ts";
export { countMiddle } from "./autoregressive/countHead.ts";
export { categoryCodes } from "./columns/categoryColumn.ts";
export type { ContinuousColumn } from "./columns/continuousColumn.ts";
export { type EncodedColumn, encodingWidth } from "./columns/encodedColumn.ts";
export { type ColumnSimulations, fitColumn } from "./columns/fitColumn.ts";
export { createTermEncoder, type TermEncoder } from "./columns/termEncoder.ts";
export { bindCounts, requireCounts } from "./count/bindCounts.ts";
export {
  type CountDensity,
  type CountDensitySpec,
  createCountDensity,
  numCountWeights,
} from "./count/countDensity.ts";
export type { CountTerms } from "./count/countMixture.ts";
export type { CountMixtureSpec } from "./count/countMixtureSpec.ts";
export { type CountScale, countEdge, fitCountScale } from "./count/countScale.ts";
export { createEstimator } from "./createEstimator.ts";
export type { ConditionalDensity, DensityMemory, EncodedTerms, Gradients } from "./density/conditionalDensity.ts";
export { createDensity } from "./density/createDensity.ts";
export { type DensitySpec, densityBlocks, numDensityWeights } from "./density/densitySpec.ts";
export type { Estimator } from "./estimator.ts";
export { estimatorFromBytes } from "./estimatorFromBytes.ts";
export { columnSchema, parameterSchema } from "./estimatorSchema.ts";
export type { EpochLoss, EstimatorSpec, Provenance } from "./estimatorSpec.ts";
export { estimatorToBytes } from "./estimatorToBytes.ts";
export {
  type Feature,
  type FeatureTransform,
  fitFeatures,
  plainTransformFor,
  writeFeatures,
} from "./features.ts";
export type { MaskedBlock } from "./flow/degrees.ts";
export { type FlowSpec, type FlowTransformSpec, flowBlocks, flowNetworkSpec } from "./flow/flowSpec.ts";
export {
  type MixtureDensitySpec,
  MOST_MIXTURE_COLUMNS,
  mixtureDensityBlocks,
  mixtureNetworkSpec,
} from "./mixtureDensity/mixtureDensitySpec.ts";
export { createMlp, type Mlp, type MlpSpec, numMlpWeights } from "./mlp.ts";
export { type SplitNetworkSpec, splitNetworkBlocks, type WeightBlock } from "./network/splitNetworkSpec.ts";
export { type NormalInterval, normalInterval } from "./normalInterval.ts";
export { simdVariant } from "./simdVariant.ts";
export { type ConditionScale, fitConditionScale, standardizeConditions } from "./standardizeConditions.ts";
