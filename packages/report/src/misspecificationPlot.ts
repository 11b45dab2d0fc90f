import { axisX, axisY, rect, ruleX, ruleY } from "@observablehq/plot";
import { AXIS_STYLE } from "./axisStyle.ts";
import { BODY_WIDTH, composeFigure, type FigureText } from "./composeFigure.ts";
import { renderPanel } from "./panel.ts";
import { requireAllFinite, requireFinite, requireSome } from "./requireFinite.ts";
import { theme } from "./theme.ts";

/** A `Misspecification` of @poolish/checks has all that is drawn. */
export interface MisspecificationPlotOptions extends FigureText {
  /** Of the observation. */
  readonly distance: number;
  /** Of simulations. */
  readonly nullDistances: ArrayLike<number>;
  readonly pValue?: number | undefined;
}

const BINS = 40;
const HEIGHT = 240;

function countBins(values: ArrayLike<number>, end: number): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (let i = 0; i < values.length; i++) counts[Math.min(BINS - 1, Math.floor((BINS * values[i]) / end))]++;
  return counts;
}

/**
 * How far an observation is from the simulations, beside how far simulations are from each other.
 * @returns a standalone SVG.
 * @throws PoolishError for numbers that are not finite, and where there is none.
 */
export function misspecificationPlot(options: MisspecificationPlotOptions): string {
  const { distance, nullDistances, pValue, title, subtitle } = options;
  requireFinite("distance", distance);
  requireSome("nullDistances", nullDistances.length);
  requireAllFinite("nullDistances", nullDistances);
  const largest = Array.from(nullDistances).reduce((most, value) => Math.max(most, value), distance);
  const end = largest > 0 ? 1.05 * largest : 1;
  const counts = countBins(nullDistances, end);
  const body = renderPanel({
    width: BODY_WIDTH,
    height: HEIGHT,
    marginLeft: 56,
    marginRight: 10,
    marginTop: 8,
    marginBottom: 42,
    x: { domain: [0, end], axis: null },
    y: { domain: [0, 1.06 * Math.max(...counts)], axis: null },
    marks: [
      rect(counts, {
        x1: (_: number, b: number) => (b * end) / BINS,
        x2: (_: number, b: number) => ((b + 1) * end) / BINS,
        y1: 0,
        y2: (count: number) => count,
        fill: theme.reference,
        className: "simulations",
      }),
      ruleY([0], { stroke: theme.muted }),
      ruleX([distance], { stroke: theme.estimate, strokeWidth: 2.5, className: "observation" }),
      axisX({ ...AXIS_STYLE, ticks: 6, label: "distance to the nearest simulations", labelOffset: 38 }),
      axisY({ ...AXIS_STYLE, ticks: 4, label: "simulations", labelOffset: 50 }),
    ],
  });
  return composeFigure({
    title: title ?? "Is the observation like the simulations?",
    subtitle: subtitle ?? (pValue === undefined ? undefined : `p = ${pValue.toPrecision(2)}`),
    legend: [
      { symbol: "line", colour: theme.estimate, label: "the observation" },
      { symbol: "bar", colour: theme.reference, label: "simulations that were held out" },
    ],
    body,
    note: "Distances in the space that the estimator conditions on, in standard deviations after whitening.",
  });
}
