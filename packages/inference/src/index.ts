export type { Diagnostics } from "./diagnose.ts";
export type { DivergentParameter } from "./divergentParameters.ts";
export type { Fit, ParameterSummary } from "./fit.ts";
export { type InferOptions, infer } from "./infer.ts";
export type { Method } from "./method.ts";
export { type PredictiveDraws, type PredictiveOptions, posteriorPredictive } from "./posteriorPredictive.ts";
export { reviveLikelihood } from "./reviveLikelihood.ts";
