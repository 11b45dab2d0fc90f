export {
  bernoulli,
  beta,
  binomial,
  cauchy,
  exponential,
  gamma,
  halfCauchy,
  halfNormal,
  laplace,
  logNormal,
  negativeBinomial,
  normal,
  poisson,
  studentT,
  uniform,
} from "@poolish/distributions";
export {
  type Estimator,
  type EstimatorSpec,
  estimatorFromBytes,
  estimatorToBytes,
} from "@poolish/estimators";
export { selectBackend } from "./backend.ts";
export { type NleOptions, type NleRecipe, nle } from "./nle.ts";
export { type SimulateOptions, simulate } from "./simulate.ts";
export type { Simulations } from "./simulations.ts";
export { simulationsFromParquet, simulationsToParquet } from "./simulationsParquet.ts";
export type { Simulator } from "./simulator.ts";
export { type TrainOptions, train } from "./train.ts";
