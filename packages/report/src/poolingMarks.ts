import { arrow, dot, type Markish, rect, ruleX, ruleY, text } from "@observablehq/plot";
import type { IntervalEstimate } from "./intervalEstimate.ts";
import type { PoolingGroup, PoolingPlotOptions } from "./poolingPlot.ts";
import { theme } from "./theme.ts";

/** Distance of the two estimates of a group from the middle of its row, in rows. */
const OFFSET = 0.21;

interface Row extends PoolingGroup {
  readonly index: number;
}
type FilledRow = Row & { readonly alone: IntervalEstimate };

function hasData(row: Row): row is FilledRow {
  return row.count > 0;
}

/** The two estimates of each group in its row as dots of `radius` pixels, and an arrow from the one to the other. */
export function estimateMarks(groups: readonly PoolingGroup[], radius: number): Markish[] {
  const rows = groups.map((group, index) => ({ ...group, index }));
  const filled = rows.filter(hasData);
  const above = (row: Row) => row.index - OFFSET;
  const below = (row: Row) => row.index + OFFSET;
  return [
    ruleY(filled, {
      y: above,
      x1: (row: FilledRow) => row.alone.lower,
      x2: (row: FilledRow) => row.alone.upper,
      stroke: theme.alone,
      strokeWidth: 2,
      className: "interval-alone",
    }),
    ruleY(rows, {
      y: below,
      x1: (row: Row) => row.hierarchical.lower,
      x2: (row: Row) => row.hierarchical.upper,
      stroke: theme.estimate,
      strokeWidth: 2.5,
      className: "interval-hierarchical",
    }),
    text(
      rows.filter((row) => row.count === 0),
      {
        x: (row: Row) => row.hierarchical.mean,
        y: above,
        text: () => "no data",
        fill: theme.muted,
        fontStyle: "italic",
        fontSize: theme.size.tick,
        className: "no-data",
      },
    ),
    arrow(filled, {
      x1: (row: FilledRow) => row.alone.mean,
      y1: above,
      x2: (row: Row) => row.hierarchical.mean,
      y2: below,
      inset: radius + 1.5,
      headLength: 6,
      stroke: theme.ink,
      strokeWidth: 1.4,
      className: "pull",
    }),
    dot(filled, {
      x: (row: FilledRow) => row.alone.mean,
      y: above,
      r: radius,
      stroke: theme.alone,
      strokeWidth: 2,
      fill: theme.background,
      className: "mean-alone",
    }),
    dot(rows, {
      x: (row: Row) => row.hierarchical.mean,
      y: below,
      r: radius + 0.5,
      fill: theme.estimate,
      className: "mean-hierarchical",
    }),
  ];
}

/** What all groups are pulled to: a band and a line across all rows. */
export function wholeMarks({ pooled, grandMean, groups }: PoolingPlotOptions): Markish[] {
  const y1 = -0.5;
  const y2 = groups.length - 0.5;
  const band = { x1: pooled.lower, x2: pooled.upper, y1, y2, fill: theme.pooled, fillOpacity: 0.18 };
  const line = { x: [pooled.mean], y1, y2, stroke: theme.pooled, strokeWidth: 2 };
  return [
    rect([pooled], { ...band, className: "interval-pooled" }),
    ruleX([pooled], { ...line, className: "mean-pooled" }),
    grandMean === undefined
      ? null
      : ruleX([grandMean], { y1, y2, stroke: theme.ink, strokeDasharray: "5 3", className: "grand-mean" }),
  ];
}
