export {
  bernoulli,
  bernoulliLogit,
  beta,
  binomial,
  binomialLogit,
  categorical,
  cauchy,
  censored,
  dirichlet,
  exponential,
  gamma,
  geometric,
  halfCauchy,
  halfNormal,
  inverseGamma,
  laplace,
  lkjCholesky,
  logistic,
  logNormal,
  mixture,
  multivariateNormal,
  negativeBinomial,
  normal,
  poisson,
  poissonLog,
  studentT,
  truncated,
  uniform,
  vonMises,
  weibull,
} from "@poolish/distributions";
export {
  type Estimator,
  type EstimatorSpec,
  estimatorFromBytes,
  estimatorToBytes,
  type FieldLogProbOptions,
  type FieldSampling,
  type Observations,
  type PosteriorEstimator,
  type PosteriorSpec,
  type RatioEstimator,
  type VectorFieldEstimator,
} from "@poolish/estimators";
export { selectBackend } from "./backend.ts";
export { type DensityFromOptions, densityFrom } from "./densityFrom/densityFrom.ts";
export type { Draws, DrawsTable } from "./densityFrom/draws.ts";
export type { EmbeddingChoice, EmbeddingOption } from "./embedding/embeddingChoice.ts";
export { reviveEstimator } from "./embedding/reviveEstimator.ts";
export { joinSimulations } from "./joinSimulations.ts";
export type { FactorisedPrior, JointPrior } from "./jointPrior.ts";
export { type NleOptions, type NleRecipe, nle } from "./nle.ts";
export { type NpeOptions, type NpeRecipe, npe } from "./npe/npe.ts";
export { type NreOptions, type NreRecipe, nre } from "./nre/nre.ts";
export { type Refinement, type RefineOptions, refine } from "./refine/refine.ts";
export type { ValueChange } from "./refine/valueChanges.ts";
export { type SimulateOptions, simulate } from "./simulate.ts";
export type { Simulations } from "./simulations.ts";
export { simulationsFromParquet, simulationsToParquet } from "./simulationsParquet.ts";
export type { Simulator } from "./simulator.ts";
export { type TrainOptions, train } from "./train.ts";
export type { Checkpoint } from "./training/checkpoint.ts";
export { type Tsnpe, type TsnpeOptions, type TsnpeRound, tsnpe } from "./tsnpe/tsnpe.ts";
export { type Distilled, type DistilOptions, distil } from "./vectorField/distil.ts";
export type { FieldObjective } from "./vectorField/fieldLoss.ts";
export {
  type FieldNetworkName,
  type VectorFieldOptions,
  type VectorFieldRecipe,
  type VectorFieldTarget,
  vectorField,
} from "./vectorField/vectorField.ts";
