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
} from "@poolish/estimators";
export { selectBackend } from "./backend.ts";
export { joinSimulations } from "./joinSimulations.ts";
export type { FactorisedPrior, JointPrior } from "./jointPrior.ts";
export { type NleOptions, type NleRecipe, nle } from "./nle.ts";
export { type Refinement, type RefineOptions, refine } from "./refine/refine.ts";
export type { ValueChange } from "./refine/valueChanges.ts";
export { type SimulateOptions, simulate } from "./simulate.ts";
export type { Simulations } from "./simulations.ts";
export { simulationsFromParquet, simulationsToParquet } from "./simulationsParquet.ts";
export type { Simulator } from "./simulator.ts";
export { type TrainOptions, train } from "./train.ts";
export type { Checkpoint } from "./training/checkpoint.ts";
