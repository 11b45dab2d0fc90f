import { axisX, ruleY } from "@observablehq/plot";
import { requireCount } from "@poolish/core";
import { AXIS_STYLE } from "./axisStyle.ts";
import { BODY_WIDTH, composeFigure } from "./composeFigure.ts";
import { decimalsFor, fixed } from "./formatColumn.ts";
import type { IntervalEstimate } from "./intervalEstimate.ts";
import type { LegendEntry } from "./legend.ts";
import { fitLabel, type Panel, placePanel, renderPanel } from "./panel.ts";
import { estimateMarks, wholeMarks } from "./poolingMarks.ts";
import { requireFinite, requireInterval, requireSome } from "./requireFinite.ts";
import { svgText } from "./svgText.ts";
import { textWidth } from "./textWidth.ts";
import { theme } from "./theme.ts";
import { wrapText } from "./wrapText.ts";

export interface PoolingGroup {
  readonly label: string;
  /** Number of trials of the group; 0 is legal and says "no data". */
  readonly count: number;
  /** The group estimated for itself. Required when `count` > 0, not drawn when it is 0. */
  readonly alone?: IntervalEstimate | undefined;
  readonly hierarchical: IntervalEstimate;
}

export interface PoolingPlotOptions {
  readonly groups: readonly PoolingGroup[];
  /** All trials as one group. */
  readonly pooled: IntervalEstimate;
  /** Mean of the population of groups. */
  readonly grandMean?: number | undefined;
  /** What is estimated, with its unit. */
  readonly xLabel: string;
  readonly title: string;
  readonly subtitle?: string | undefined;
  /** Which intervals these are, e.g. "90 % posterior intervals". */
  readonly intervalLabel?: string | undefined;
  /** What the parts of the picture are called, where they are other estimates than their names say. */
  readonly labels?: Partial<PoolingLabels> | undefined;
}

export interface PoolingLabels {
  readonly alone: string;
  readonly hierarchical: string;
  readonly pooled: string;
  readonly grandMean: string;
}

const LABELS: PoolingLabels = {
  alone: "alone",
  hierarchical: "hierarchical",
  pooled: "pooled into one group",
  grandMean: "mean of the groups",
};

function labelsOf({ labels }: PoolingPlotOptions): PoolingLabels {
  return { ...LABELS, ...labels };
}

function meansHeading(options: PoolingPlotOptions): string {
  const { alone, hierarchical } = labelsOf(options);
  return `${alone} → ${hierarchical}`;
}

const TOP = 28;
const BOTTOM = 46;
const MAX_LABEL_WIDTH = 200;
const COLUMN_GAP = 16;

function check({ groups, pooled, grandMean }: PoolingPlotOptions): void {
  requireSome("groups", groups.length);
  requireInterval("pooled", pooled);
  if (grandMean !== undefined) requireFinite("grandMean", grandMean);
  for (const [i, group] of groups.entries()) {
    requireCount(`groups[${i}].count`, group.count, 0);
    requireInterval(`groups[${i}].hierarchical`, group.hierarchical);
    if (group.count > 0) {
      requireInterval(`groups[${i}].alone`, group.alone ?? { mean: Number.NaN, lower: Number.NaN, upper: Number.NaN });
    }
  }
}

/** Rows are roomy for a handful of groups and closer for many. */
function rowHeight(numGroups: number): number {
  return numGroups <= 10 ? 50 : numGroups <= 30 ? 38 : 30;
}

/** Everything that is drawn must fit, with 4 % to spare on each side. */
function valueDomain({ groups, pooled, grandMean = pooled.mean }: PoolingPlotOptions): [number, number] {
  const intervals = [
    pooled,
    ...groups.flatMap((g) => (g.count > 0 && g.alone ? [g.alone, g.hierarchical] : [g.hierarchical])),
  ];
  const values = [grandMean, ...intervals.flatMap(({ mean, lower, upper }) => [mean, lower, upper])];
  const lower = Math.min(...values);
  const upper = Math.max(...values);
  const margin = upper > lower ? 0.04 * (upper - lower) : Math.max(Math.abs(upper), 1) * 0.1;
  return [lower - margin, upper + margin];
}

interface Columns {
  readonly left: number;
  readonly right: number;
  readonly markup: string;
}

/** The text beside the rows: label and sample size on the left, the two means on the right. */
function textColumns(options: PoolingPlotOptions, height: number): Columns {
  const { groups } = options;
  const size = theme.size.label;
  const muted = { size: theme.size.tick, fill: theme.muted };
  const labels = groups.map(({ label }) => wrapText(label, MAX_LABEL_WIDTH, size, 2));
  const labelWidth = Math.max(0, ...labels.flat().map((line) => textWidth(line, size)));
  const countWidth = Math.max(...groups.map(({ count }) => textWidth(String(count), size)));
  const countEnd = labelWidth + COLUMN_GAP + countWidth;
  const means = meanColumn(options);
  const right = Math.max(textWidth(meansHeading(options), muted.size), ...means.map((text) => textWidth(text, size)));
  const rows = groups.map(({ label, count }, i) => {
    const middle = TOP + (i + 0.5) * height + size * 0.36;
    const lines = labels[i] ?? [];
    const isShort = lines.join(" ").endsWith("…");
    const first = middle - (lines.length - 1) * size * 0.6;
    const style = isShort ? { size, tooltip: label } : { size };
    return (
      lines.map((line, k) => svgText(0, first + k * size * 1.2, line, style)).join("") +
      svgText(countEnd, middle, String(count), { size, anchor: "end" }) +
      svgText(BODY_WIDTH, middle, means[i] ?? "", { size, anchor: "end" })
    );
  });
  const heading =
    svgText(countEnd, TOP - 10, "n", { ...muted, anchor: "end" }) +
    svgText(BODY_WIDTH, TOP - 10, meansHeading(options), { ...muted, anchor: "end" });
  return { left: countEnd + COLUMN_GAP, right: right + COLUMN_GAP, markup: heading + rows.join("") };
}

/** Writes means with as many decimals as the width of the axis can tell apart. */
function meanFormat(options: PoolingPlotOptions): (mean: number) => string {
  const [lower, upper] = valueDomain(options);
  const decimals = decimalsFor(upper - lower, 3);
  return (mean) => fixed(mean, decimals).replace("-", "−");
}

/** "9.62 → 9.13" for each group. */
function meanColumn(options: PoolingPlotOptions): string[] {
  const format = meanFormat(options);
  return options.groups.map(({ count, alone, hierarchical }) => {
    return `${count > 0 && alone ? format(alone.mean) : "–"} → ${format(hierarchical.mean)}`;
  });
}

function drawPanel(options: PoolingPlotOptions): Panel {
  const { groups, xLabel } = options;
  const height = rowHeight(groups.length);
  const columns = textColumns(options, height);
  const edges = Array.from({ length: groups.length + 1 }, (_, i) => i - 0.5);
  const plot = renderPanel({
    width: BODY_WIDTH,
    height: TOP + groups.length * height + BOTTOM,
    marginLeft: columns.left,
    marginRight: columns.right,
    marginTop: TOP,
    marginBottom: BOTTOM,
    x: { domain: valueDomain(options) },
    y: { domain: [groups.length - 0.5, -0.5], axis: null },
    marks: [
      ruleY(edges, { stroke: theme.rule, className: "row-edge" }),
      ...wholeMarks(options),
      ...estimateMarks(groups, height > 30 ? 4.5 : 3.5),
      axisX({
        ticks: 7,
        label: fitLabel(xLabel, BODY_WIDTH - columns.left - columns.right),
        labelOffset: 40,
        ...AXIS_STYLE,
      }),
    ],
  });
  return { ...plot, markup: placePanel(plot, 0, 0) + columns.markup };
}

function legend(options: PoolingPlotOptions): LegendEntry[] {
  const { pooled, grandMean } = options;
  const format = meanFormat(options);
  const labels = labelsOf(options);
  const entries: LegendEntry[] = [
    { symbol: "hollowInterval", colour: theme.alone, label: labels.alone },
    { symbol: "dotInterval", colour: theme.estimate, label: labels.hierarchical },
    { symbol: "band", colour: theme.pooled, label: `${labels.pooled}, ${format(pooled.mean)}` },
  ];
  if (grandMean === undefined) return entries;
  return [...entries, { symbol: "dashed", colour: theme.ink, label: `${labels.grandMean}, ${format(grandMean)}` }];
}

/**
 * How each group is pulled to the whole: its estimate alone and in the hierarchical model with an arrow from the one to
 * the other, over a band for all groups pooled into one. One row a group, in the order given.
 * @returns a standalone SVG.
 * @throws PoolishError naming the field for an empty list, a number that is not finite, or bounds in the wrong order.
 */
export function poolingPlot(options: PoolingPlotOptions): string {
  check(options);
  const { title, subtitle, intervalLabel = "intervals from lower to upper" } = options;
  return composeFigure({
    title,
    subtitle,
    legend: legend(options),
    body: drawPanel(options),
    note: `Dots are means; horizontal lines and the shaded band are ${intervalLabel}. n is the number of observations.`,
  });
}
