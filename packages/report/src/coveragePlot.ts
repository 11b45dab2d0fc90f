import { type CalibrationPlotOptions, rankFigure } from "./calibrationPlot.ts";

/**
 * Expected coverage (`expectedCoverage` of @poolish/checks): the share of truths that regions of each credibility hold, less
 * that credibility, with the band that holds all of a right posterior's at once. Below 0: overconfident; above: too wide.
 * @returns a standalone SVG.
 * @throws PoolishError naming the kind of regions for lists of unequal length and numbers that are not finite.
 */
export function coveragePlot(options: CalibrationPlotOptions): string {
  return rankFigure(options, {
    title: "Expected coverage",
    xLabel: "credibility",
    line: "share of truths in the region, less its credibility",
    band: "where a right posterior lies, all of it, in 95 of 100 cases",
    note: `simulations, regions made of ${options.largestRank} draws each. Below 0 the posterior is overconfident.`,
  });
}
