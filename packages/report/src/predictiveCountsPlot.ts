import { dot, rect, ruleX, ruleY, text } from "@observablehq/plot";
import { composeFigure, type FigureText } from "./composeFigure.ts";
import { COLUMN_GAP, countPanel, dotRadius, MARGIN_LEFT, numColumns } from "./countPanel.ts";
import { countRange } from "./countRange.ts";
import { integerTicks } from "./integerTicks.ts";
import type { IntervalEstimate } from "./intervalEstimate.ts";
import { type Panel, panelGrid, withHeading } from "./panel.ts";
import { requireAllFinite, requireInterval, requireSameLength, requireSome } from "./requireFinite.ts";
import { theme } from "./theme.ts";

export interface PredictiveGroup {
  readonly label: string;
  /** Distinct counts in increasing order; empty for a group without data. */
  readonly counts: readonly number[];
  /** How many trials of the group showed each count. */
  readonly observed: readonly number[];
  /** How many of as many replicated trials show each count: mean and interval over the draws. */
  readonly predicted: readonly IntervalEstimate[];
}

export interface PredictiveCountsPlotOptions extends FigureText {
  readonly groups: readonly PredictiveGroup[];
  readonly xLabel?: string | undefined;
  readonly yLabel?: string | undefined;
  /** Which intervals these are, e.g. "90 % posterior predictive intervals". */
  readonly intervalLabel?: string | undefined;
}

interface Frame {
  readonly columns: number;
  readonly counts: readonly [number, number];
  readonly xLabel: string;
  readonly yLabel: string;
}

function check(groups: readonly PredictiveGroup[]): void {
  requireSome("groups", groups.length);
  for (const [i, { counts, observed, predicted }] of groups.entries()) {
    const field = `groups[${i}]`;
    requireAllFinite(`${field}.counts`, counts);
    requireAllFinite(`${field}.observed`, observed);
    requireSameLength(`${field}.observed`, observed.length, `${field}.counts`, counts.length);
    requireSameLength(`${field}.predicted`, predicted.length, `${field}.counts`, counts.length);
    for (const [k, interval] of predicted.entries()) requireInterval(`${field}.predicted[${k}]`, interval);
  }
}

function groupMarks({ counts, observed, predicted }: PredictiveGroup, radius: number) {
  return [
    rect(counts, {
      x1: (count: number) => count - 0.4,
      x2: (count: number) => count + 0.4,
      y1: 0,
      y2: observed,
      fill: theme.reference,
      className: "observed",
    }),
    ruleY([0], { stroke: theme.muted }),
    ruleX(counts, {
      x: counts,
      y1: predicted.map(({ lower }) => lower),
      y2: predicted.map(({ upper }) => upper),
      stroke: theme.estimate,
      strokeWidth: Math.min(1.6, radius),
      className: "interval-predicted",
    }),
    dot(counts, {
      x: counts,
      y: predicted.map(({ mean }) => mean),
      r: radius,
      fill: theme.estimate,
      className: "mean-predicted",
    }),
  ];
}

function groupPanel(group: PredictiveGroup, isFirst: boolean, { columns, counts, xLabel, yLabel }: Frame): Panel {
  const numTrials = group.observed.reduce((sum, value) => sum + value, 0);
  const highest = Math.max(1, ...group.observed, ...group.predicted.map(({ upper }) => upper));
  const middle = (counts[0] + counts[1]) / 2;
  const empty = text(["no data"], { x: [middle], y: [highest / 2], fill: theme.muted, fontStyle: "italic" });
  const plot = countPanel({
    counts,
    yMax: 1.05 * highest,
    yTicks: integerTicks(0, 1.05 * highest, 5),
    xLabel,
    yLabel: isFirst ? yLabel : "",
    numColumns: columns,
    marks: [...groupMarks(group, dotRadius(counts, columns)), ...(numTrials === 0 ? [empty] : [])],
  });
  return withHeading(plot, group.label, `n = ${numTrials}`, MARGIN_LEFT);
}

/**
 * Predicted against observed counts: one panel a group with the number of trials that showed each count, observed as
 * bars, predicted as dots with intervals. Panels share the horizontal axis; the vertical axis is each group's own, since
 * groups may differ in size.
 * @returns a standalone SVG.
 * @throws PoolishError naming group and entry for a number that is not finite, or for lists of unequal length.
 */
export function predictiveCountsPlot(options: PredictiveCountsPlotOptions): string {
  const { groups, title, subtitle, xLabel = "count", yLabel = "number of trials" } = options;
  const { intervalLabel = "intervals from lower to upper" } = options;
  check(groups);
  const columns = numColumns(groups.length);
  const all = groups.flatMap((group) => group.counts);
  const frame: Frame = { columns, counts: all.length > 0 ? countRange(all) : [0, 1], xLabel, yLabel };
  const drawn = groups.map((group, i) => groupPanel(group, i % columns === 0, frame));
  return composeFigure({
    title: title ?? "Predicted and observed counts by group",
    subtitle,
    legend: [
      { symbol: "bar", colour: theme.reference, label: "observed" },
      { symbol: "dotInterval", colour: theme.estimate, label: "predicted" },
    ],
    body: panelGrid(drawn, columns, COLUMN_GAP),
    note:
      `Dots are predicted means and vertical lines ${intervalLabel}, for data replicated at the same sample sizes. ` +
      "Each interval holds for its own count, not for all counts at once, so that some bars outside are expected. " +
      "Vertical axes differ between panels.",
  });
}
