export type { AnyEstimator } from "./anyEstimator.ts";
export {
  type AutoregressiveSpec,
  autoregressiveBlocks,
  branchSpec,
  columnOrder,
  numericColumns,
  trunkSpec,
} from "./autoregressive/autoregressiveSpec.ts";
export { countMiddle } from "./autoregressive/countHead.ts";
export { LOG_SCALE_BOUND } from "./autoregressive/gaussianLayer.ts";
export { categoryCodes } from "./columns/categoryColumn.ts";
export type { ContinuousColumn } from "./columns/continuousColumn.ts";
export { type EncodedColumn, encodingWidth } from "./columns/encodedColumn.ts";
export { type ColumnSimulations, distanceFromBounds, fitColumn } from "./columns/fitColumn.ts";
export { createTermEncoder, encodeColumn, type TermEncoder } from "./columns/termEncoder.ts";
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
export { createDrawsDensity } from "./draws/createDrawsDensity.ts";
export type { DrawsDensity, DrawsDensitySpec } from "./draws/drawsSpec.ts";
export { type CreateLayersEmbedding, createEmbedding } from "./embedding/createEmbedding.ts";
export { cutObservations } from "./embedding/cutObservations.ts";
export type { Embedding, EmbeddingInputs } from "./embedding/embedding.ts";
export {
  type ConvolutionEmbeddingSpec,
  type ConvolutionSpec,
  convolutionBlocks,
  convolvedLengths,
  type EmbeddingSpec,
  embeddingBlocks,
  type IdentityEmbeddingSpec,
  type LayersEmbeddingSpec,
  type MlpEmbeddingSpec,
  mlpNetwork,
  type NetworkEmbeddingSpec,
  numEmbeddingWeights,
  numSummaries,
  type SetEmbeddingSpec,
} from "./embedding/embeddingSpec.ts";
export { fitObservationInputs, type ObservationInput, writeObservationInputs } from "./embedding/observationInput.ts";
export { embeddingSchema, observationInputSchema } from "./embedding/observationSchema.ts";
export type { ObservationSpec } from "./embedding/observationSpec.ts";
export { type Observations, readObservations, takesSets } from "./embedding/readObservations.ts";
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
export { LOG_SCALE_LIMIT } from "./flow/flowTransform.ts";
export { type AnyEstimatorSpec, memberBlocks } from "./memberBlocks.ts";
export {
  type MixtureDensitySpec,
  MOST_MIXTURE_COLUMNS,
  mixtureDensityBlocks,
  mixtureNetworkSpec,
} from "./mixtureDensity/mixtureDensitySpec.ts";
export { createMlp, type Mlp, type MlpSpec, numMlpWeights } from "./mlp.ts";
export { type SplitNetworkSpec, splitNetworkBlocks, type WeightBlock } from "./network/splitNetworkSpec.ts";
export { addFlatGradient, writeFlatWeights } from "./network/weightMemory.ts";
export { type NormalInterval, normalInterval } from "./normalInterval.ts";
export { type FromOnnxOptions, fromOnnx, type ImportedNetwork, type OnnxReport } from "./onnx/fromOnnx.ts";
export type { OnnxSpec } from "./onnx/onnxSpec.ts";
export { toOnnx } from "./onnx/toOnnx.ts";
export { createPosterior } from "./posterior/createPosterior.ts";
export { parameterCode } from "./posterior/parameterCode.ts";
export { decodeParameter, fitParameterColumn, fitWalledColumn } from "./posterior/parameterColumns.ts";
export type { PosteriorEstimator } from "./posterior/posteriorEstimator.ts";
export type { PosteriorSpec } from "./posterior/posteriorSpec.ts";
export { createRatioEstimator } from "./ratio/createRatioEstimator.ts";
export { createRatioNetwork, type RatioNetwork } from "./ratio/createRatioNetwork.ts";
export type { RatioEstimator, RatioEstimatorSpec } from "./ratio/ratioEstimator.ts";
export {
  type ColumnReach,
  numRatioWeights,
  quadraticSpec,
  type RatioSpec,
  ratioBlocks,
  ratioInputs,
  ratioNetworkSpec,
  ratioTrunkSpec,
} from "./ratio/ratioSpec.ts";
export { readCondition } from "./readColumns.ts";
export { simdVariant } from "./simdVariant.ts";
export {
  type CategoryScale,
  type ConditionScale,
  conditionsWidth,
  fitConditionScale,
  type NumberScale,
  standardizeConditions,
} from "./standardizeConditions.ts";
export { NUM_ANGLE_FEATURES } from "./vectorField/angleFeatures.ts";
export { type AttentionInputs, type AttentionShape, attentionBlocks } from "./vectorField/attention/attentionShape.ts";
export { createVectorFieldEstimator } from "./vectorField/createVectorFieldEstimator.ts";
export { fieldJetCapacity } from "./vectorField/density/createFieldJet.ts";
export { createField, type Field } from "./vectorField/field.ts";
export { convertField, type FieldForm, type FieldForms } from "./vectorField/path/convert.ts";
export { angleAt, angleRate, diffusion, drift, type NoisePath, spreadAt } from "./vectorField/path/noisePath.ts";
export { PATH_NAMES, type PathName, paths } from "./vectorField/path/paths.ts";
export type {
  EncodedPrior,
  FieldLogProbOptions,
  FieldSampling,
  VectorFieldEstimator,
  VectorFieldEstimatorSpec,
} from "./vectorField/vectorFieldEstimator.ts";
export {
  attentionInputs,
  baselineBlocks,
  fieldNetworkSpec,
  summaryNetworkSpec,
  type VectorFieldSpec,
  vectorFieldBlocks,
} from "./vectorField/vectorFieldSpec.ts";
