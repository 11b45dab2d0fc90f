export type { ChainStart } from "./chainStart.ts";
export type { Diagnostics } from "./diagnose.ts";
export type { DivergentParameter } from "./divergentParameters.ts";
export type { DrawTable } from "./drawTable.ts";
export type { EstimatedOptions, EstimatedPosterior, EstimatedProblem } from "./estimatedPosterior.ts";
export type { BoxShare } from "./extrapolation/boxShares.ts";
export type { Extrapolation } from "./extrapolation/extrapolation.ts";
export type { ImprobableTrials } from "./extrapolation/improbableTrials.ts";
export type { OffSupportTrials } from "./extrapolation/offSupportTrials.ts";
export type { PriorDeparture } from "./extrapolation/priorDepartures.ts";
export type { ExtrapolationThresholds } from "./extrapolation/thresholds.ts";
export type { Fit, ParameterSummary } from "./fit.ts";
export type { Funnel } from "./funnels.ts";
export { type InferOptions, infer } from "./infer.ts";
export { type LearnedRows, learnedRows } from "./learnedRows.ts";
export { type ComparedModel, type Comparison, compare } from "./loo/compare.ts";
export type { GroupIntegration } from "./loo/groupTerms.ts";
export { type Loo, type LooOptions, loo } from "./loo/loo.ts";
export type { Method } from "./method.ts";
export {
  type PointwiseLogLikelihood,
  type PointwiseOptions,
  pointwiseLogLikelihood,
  type TermBlock,
} from "./pointwiseLogLikelihood.ts";
export { type Posterior, type PosteriorProblem, posterior } from "./posterior.ts";
export {
  type PredictiveOptions,
  posteriorPredictive,
  posteriorPredictiveBlocks,
  predict,
} from "./posteriorPredictive.ts";
export type { PredictiveBlock, PredictiveDraws } from "./predictive/predict.ts";
export {
  type PriorPredictiveDraws,
  type PriorPredictiveOptions,
  priorPredictive,
  priorPredictiveBlocks,
} from "./priorPredictive.ts";
export {
  type PriorReplicates,
  type PriorReplicatesOptions,
  priorReplicates,
  type Replicate,
} from "./priorReplicates.ts";
export { type RefitOptions, refit } from "./refit.ts";
export { reviveDensity } from "./reviveDensity.ts";
export { reviveLikelihood } from "./reviveLikelihood.ts";
