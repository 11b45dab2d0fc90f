export { type CalibrationPlotOptions, calibrationPlot, type RankedQuantity } from "./calibrationPlot.ts";
export type { FigureText } from "./composeFigure.ts";
export { type ContractedParameter, type ContractionPlotOptions, contractionPlot } from "./contractionPlot.ts";
export { coveragePlot } from "./coveragePlot.ts";
export { densityCalibrationPlot } from "./densityCalibrationPlot.ts";
export type { TwinDraws } from "./emulatorDraws.ts";
export { type EmulatorGroup, type EmulatorPlotOptions, emulatorPlot } from "./emulatorPlot.ts";
export { type HtmlReportOptions, htmlReport, type ReportSection } from "./htmlReport.ts";
export type { ReportTable } from "./htmlTable.ts";
export type { IntervalEstimate } from "./intervalEstimate.ts";
export { type EpochLoss, type LossPlotOptions, lossPlot } from "./lossPlot.ts";
export { type MassComparisonPlotOptions, type MassPanel, massComparisonPlot } from "./massComparisonPlot.ts";
export { type MisspecificationPlotOptions, misspecificationPlot } from "./misspecificationPlot.ts";
export { type PairParameter, type PairPlotOptions, pairPlot } from "./pairPlot.ts";
export { type PoolingGroup, type PoolingLabels, type PoolingPlotOptions, poolingPlot } from "./poolingPlot.ts";
export {
  type PredictiveCountsPlotOptions,
  type PredictiveGroup,
  predictiveCountsPlot,
} from "./predictiveCountsPlot.ts";
export type { Trace } from "./tracePanel.ts";
export { type TracePlotOptions, type TracePlotsOptions, tracePlot, tracePlots } from "./tracePlot.ts";
