export { type DualAveraging, startDualAveraging, updateDualAveraging } from "./adaptation/dualAveraging.ts";
export { initialStepSize } from "./adaptation/initialStepSize.ts";
export { type Adaptation, requireAdaptation } from "./adaptation/warmup.ts";
export { type Chain, type ChainOptions, startChain, type Transition } from "./chain.ts";
export { eBfmi } from "./diagnostics/eBfmi.ts";
export {
  bulkEffectiveSampleSize,
  meanEffectiveSampleSize,
  quantileEffectiveSampleSize,
  tailEffectiveSampleSize,
} from "./diagnostics/effectiveSampleSize.ts";
export {
  meanMonteCarloError,
  quantileMonteCarloError,
  standardDeviationMonteCarloError,
} from "./diagnostics/monteCarloError.ts";
export { quantileOfSorted, sortedDraws } from "./diagnostics/quantile.ts";
export { rHat } from "./diagnostics/rHat.ts";
export { type Summary, summarize } from "./diagnostics/summarize.ts";
export { type CoordinateDivergence, divergenceSummary } from "./divergenceSummary.ts";
export {
  createDrawStore,
  type DrawStatistic,
  type DrawStore,
  type StoredDivergence,
  type StoredDraws,
} from "./drawStore.ts";
export { findInitialPosition, type InitialPosition, type InitialPositionFailure } from "./initialPosition.ts";
export { type LowRankFactors, lowRankMetric } from "./lowRankMetric.ts";
export { diagonalMetric, type Metric, unitMetric } from "./metric.ts";
export { type NutsInfo, type NutsKernel, type NutsParameters, type NutsState, nuts } from "./nuts.ts";
export { followPath, type Path, type PathFailure, type PathOptions } from "./pathfinder/followPath.ts";
export type { NormalApproximation } from "./pathfinder/normalApproximation.ts";
export {
  type PathfinderFailure,
  type PathfinderOptions,
  type PathfinderResult,
  pathfinder,
  poolPaths,
} from "./pathfinder/pathfinder.ts";
export { pathfinderStart } from "./pathfinder/pathfinderStart.ts";
export { LARGEST_K_HAT, type PsisOptions, type PsisResult, psis } from "./psis/psis.ts";
export { type ChainHooks, type ChainOutcome, type DrawSink, sampleChain } from "./sampleChain.ts";
export { type BlockWorker, createBlockWorker } from "./smc/blockWorker.ts";
export type { Evidence } from "./smc/evidence.ts";
export type { Allocate, Particles } from "./smc/particles.ts";
export { reportTemperature, type SmcCancelled, type SmcHooks, smc } from "./smc/smc.ts";
export type { SmcDraws, SmcFailure } from "./smc/smcDraws.ts";
export { DEFAULT_PARTICLES, FEWEST_PARTICLES, requireSmcOptions, type SmcOptions } from "./smc/smcOptions.ts";
export { createRun, type SmcRun, type SmcStep, type TemperatureRecord } from "./smc/smcRun.ts";
export { smcSteps } from "./smc/smcSteps.ts";
export type { SmcTask } from "./smc/smcTask.ts";
