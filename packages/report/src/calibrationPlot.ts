import { areaY, axisX, axisY, line, ruleY } from "@observablehq/plot";
import { AXIS_STYLE } from "./axisStyle.ts";
import { BODY_WIDTH, composeFigure, type FigureText } from "./composeFigure.ts";
import { fitLabel, type Panel, panelGrid, renderPanel, withHeading } from "./panel.ts";
import { requireAllFinite, requireSameLength, requireSome } from "./requireFinite.ts";
import { theme } from "./theme.ts";

/** The ranks of one quantity, as simulation-based calibration leaves them. */
export interface RankedQuantity {
  readonly name: string;
  /** One a data set: how many draws lie below the truth, 0 to largestRank. */
  readonly ranks: ArrayLike<number>;
  /** Shown in the heading when given. */
  readonly pValue?: number | undefined;
}

/** A `Calibration` of @poolish/checks has all that is drawn. */
export interface CalibrationPlotOptions extends FigureText {
  readonly quantities: readonly RankedQuantity[];
  readonly largestRank: number;
  /** Entry j - 1, for j from 1 to largestRank: the least and the largest number of ranks below j, all of them at once. */
  readonly band: { readonly lower: ArrayLike<number>; readonly upper: ArrayLike<number> };
}

/** Panels side by side. */
const [FEWEST_COLUMNS, MOST_COLUMNS] = [2, 3];
const GAP = 20;
const LEFT = 52;
const BOTTOM = 40;
const HEIGHT = 170;

function check({ quantities, largestRank, band }: CalibrationPlotOptions): void {
  requireSome("quantities", quantities.length);
  for (const { name, ranks } of quantities) {
    requireSome(`${name}.ranks`, ranks.length);
    requireAllFinite(`${name}.ranks`, ranks);
    requireSameLength(`${name}.ranks`, ranks.length, `${quantities[0].name}.ranks`, quantities[0].ranks.length);
  }
  for (const [side, values] of [["lower", band.lower] as const, ["upper", band.upper] as const]) {
    requireAllFinite(`band.${side}`, values);
    requireSameLength(`band.${side}`, values.length, "ranks from 1 to largestRank", largestRank);
  }
}

/** Share of the ranks below j, less j / (largestRank + 1), for j from 0 to largestRank + 1. */
export function rankDeviations(ranks: ArrayLike<number>, largestRank: number): number[] {
  const counts = new Float64Array(largestRank + 1);
  for (let i = 0; i < ranks.length; i++) counts[ranks[i]]++;
  let below = 0;
  return Array.from({ length: largestRank + 2 }, (_, j) => {
    if (j > 0) below += counts[j - 1];
    return below / ranks.length - j / (largestRank + 1);
  });
}

/** What the picture says of what is ranked. */
export interface RankWords {
  readonly title: string;
  readonly xLabel: string;
  readonly line: string;
  readonly band: string;
  /** After the number of ranks. */
  readonly note: string;
}

interface Scale {
  readonly highest: number;
  readonly isFirst: boolean;
  readonly xLabel: string;
  readonly width: number;
}

function quantityPanel(
  quantity: RankedQuantity,
  options: CalibrationPlotOptions,
  { highest, isFirst, xLabel, width }: Scale,
): Panel {
  const { largestRank, band } = options;
  const { name, ranks, pValue } = quantity;
  const count = ranks.length;
  const share = (j: number): number => j / (largestRank + 1);
  const places = Array.from({ length: largestRank + 2 }, (_, j) => j);
  const bound = (values: ArrayLike<number>) => (j: number) =>
    j === 0 || j > largestRank ? 0 : values[j - 1] / count - share(j);
  const deviations = rankDeviations(ranks, largestRank);
  const panel = renderPanel({
    width,
    height: HEIGHT,
    marginLeft: LEFT,
    marginRight: 6,
    marginTop: 6,
    marginBottom: BOTTOM,
    x: { domain: [0, 1], axis: null },
    y: { domain: [-highest, highest], axis: null },
    marks: [
      areaY(places, {
        x: share,
        y1: bound(band.lower),
        y2: bound(band.upper),
        fill: theme.reference,
        fillOpacity: 0.6,
        className: "band",
      }),
      ruleY([0], { stroke: theme.muted }),
      line(places, { x: share, y: deviations, stroke: theme.estimate, strokeWidth: 1.6, className: "deviation" }),
      axisX({
        ...AXIS_STYLE,
        ticks: 3,
        label: fitLabel(xLabel, width - LEFT),
        labelOffset: 36,
      }),
      axisY({ ...AXIS_STYLE, ticks: 4, label: isFirst ? "deviation" : null, labelOffset: 48 }),
    ],
  });
  return withHeading(panel, name, pValue === undefined ? "" : `p ${pValue.toPrecision(2)}`, LEFT);
}

/**
 * Calibration at a glance: for each quantity the distribution function of the truths' ranks less that of uniform ones, with
 * the band that holds all of a calibrated one at once. Above 0 on the left: posteriors too high; an S: too narrow or wide.
 * @returns a standalone SVG.
 * @throws PoolishError naming the quantity for lists of unequal length and numbers that are not finite.
 */
export function calibrationPlot(options: CalibrationPlotOptions): string {
  return rankFigure(options, {
    title: "Simulation-based calibration",
    xLabel: "share of draws below the truth",
    line: "ranks of the truth, less uniform",
    band: "where a calibrated posterior lies, all of it, in 95 of 100 cases",
    note: `data sets from the prior, each truth ranked among ${options.largestRank} draws.`,
  });
}

/** The picture of `calibrationPlot` in other words. */
export function rankFigure(options: CalibrationPlotOptions, words: RankWords): string {
  check(options);
  const { quantities, largestRank, band, title, subtitle } = options;
  const count = quantities[0].ranks.length;
  const extremes = [
    ...quantities.flatMap(({ ranks }) => rankDeviations(ranks, largestRank)),
    ...Array.from(band.upper, (value, j) => value / count - (j + 1) / (largestRank + 1)),
    ...Array.from(band.lower, (value, j) => value / count - (j + 1) / (largestRank + 1)),
  ];
  const highest = 1.06 * Math.max(...extremes.map(Math.abs));
  const columns = Math.min(MOST_COLUMNS, Math.max(FEWEST_COLUMNS, quantities.length));
  const width = (BODY_WIDTH - (columns - 1) * GAP) / columns;
  const { xLabel } = words;
  const panels = quantities.map((quantity, i) =>
    quantityPanel(quantity, options, { highest, isFirst: i % columns === 0, xLabel, width }),
  );
  return composeFigure({
    title: title ?? words.title,
    subtitle,
    legend: [
      { symbol: "line", colour: theme.estimate, label: words.line },
      { symbol: "bar", colour: theme.reference, label: words.band },
    ],
    body: panelGrid(panels, columns, GAP),
    note: `${count} ${words.note}`,
  });
}
