export { type ContractionCheck, contraction, type ParameterContraction } from "./amortized/contraction.ts";
export { type Coverage, type CoverageCheck, expectedCoverage } from "./amortized/expectedCoverage.ts";
export {
  type Misspecification,
  type MisspecificationOptions,
  misspecification,
} from "./amortized/misspecification.ts";
export { type PosteriorCheckOptions, posteriorCalibration } from "./amortized/posteriorCalibration.ts";
export type { PosteriorSimulations, SampledPosterior } from "./amortized/sampledPosterior.ts";
export { type C2stMode, type C2stOptions, type C2stResult, c2st } from "./c2st/c2st.ts";
export { type C2stNull, c2stNull } from "./c2st/c2stNull.ts";
export {
  type C2stPermutationNull,
  type C2stPermutationOptions,
  c2stPermutationNull,
} from "./c2st/c2stPermutationNull.ts";
export { type CheckEmulatorOptions, checkEmulator } from "./emulator/checkEmulator.ts";
export type { Comparison } from "./emulator/compareColumns.ts";
export type { EmulatorCheck, GroupComparison } from "./emulator/emulatorCheck.ts";
export type { Samples } from "./samples.ts";
export { type CalibrateOptions, calibrate, type ModelCalibration } from "./sbc/calibrate.ts";
export {
  type DensityCalibrationOptions,
  densityCalibration,
  type HeldOutSimulations,
  type SampledDensity,
} from "./sbc/densityCalibration.ts";
export { type RankChiSquare, rankChiSquare } from "./sbc/rankChiSquare.ts";
export {
  type Calibration,
  type CalibrationOptions,
  type CalibrationRun,
  type QuantityCalibration,
  simulationBasedCalibration,
} from "./sbc/simulationBasedCalibration.ts";
export { type UniformityBand, type UniformityOptions, uniformityBand } from "./sbc/uniformityBand.ts";
