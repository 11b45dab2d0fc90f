import { type CalibrationPlotOptions, rankFigure } from "./calibrationPlot.ts";

/**
 * Calibration of a trained density (`densityCalibration` of @poolish/checks): for each column the distribution function of
 * its probability integral transforms less that of uniform ones, with the band that holds all of a right one at once.
 * Above 0 on the left: the density lies too high; an S: too narrow or too wide.
 * @returns a standalone SVG.
 * @throws PoolishError naming the column for lists of unequal length and numbers that are not finite.
 */
export function densityCalibrationPlot(options: CalibrationPlotOptions): string {
  return rankFigure(options, {
    title: "Calibration of the density",
    xLabel: "probability integral transform",
    line: "held-out simulations, less uniform",
    band: "where a right density lies, all of it, in 95 of 100 cases",
    note: `held-out simulations, each ranked among ${options.largestRank} draws of the density at its θ.`,
  });
}
