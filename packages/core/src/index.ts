export type { CancelSignal } from "./cancelSignal.ts";
export {
  type ErrorDetails,
  type ErrorKind,
  locateError,
  PoolishError,
  requireCount,
  requireFraction,
  requireOneOf,
  throwIfAborted,
} from "./errors.ts";
export { type Argument, type Expression, isExpression } from "./expression.ts";
export type { InferenceData, LabelledArray, LabelledGroup } from "./inferenceData.ts";
export type { AmortizedPosterior, DensityDescriptor, LearnedDensity } from "./learnedDensity.ts";
export type {
  BoundLikelihood,
  ColumnKind,
  ColumnSpec,
  Columns,
  Likelihood,
  LikelihoodDescriptor,
  ParameterSpec,
} from "./likelihood.ts";
export type { Density, LogDensity, LogPartsBatch, TemperedDensity } from "./logDensity.ts";
export { pacedPause } from "./pacedPause.ts";
export { pause } from "./pause.ts";
export type { OnProgress, Progress } from "./progress.ts";
export { type Rng, rngFromSeed, threefry2x32 } from "./rng.ts";
export type { Simulator } from "./simulator.ts";
export {
  counts,
  describeSupport,
  interval,
  isOnSupport,
  isPointOnSupport,
  isReal,
  isScalarSupport,
  pointSize,
  positive,
  real,
  type ScalarSupport,
  type Support,
  type VectorSupport,
} from "./support.ts";
