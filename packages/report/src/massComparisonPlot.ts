import { dot, rect, ruleY } from "@observablehq/plot";
import { composeFigure, type FigureText } from "./composeFigure.ts";
import { COLUMN_GAP, countPanel, dotRadius, MARGIN_LEFT, numColumns } from "./countPanel.ts";
import { countRange } from "./countRange.ts";
import { type Panel, panelGrid, withHeading } from "./panel.ts";
import { requireAllFinite, requireSameLength, requireSome } from "./requireFinite.ts";
import { theme } from "./theme.ts";

export interface MassPanel {
  /** At which parameters, e.g. "rate 6". */
  readonly label: string;
  /** Distinct counts in increasing order. */
  readonly counts: readonly number[];
  /** Learned probability of each count. */
  readonly learned: readonly number[];
  /** Exact probability of each count. */
  readonly exact: readonly number[];
}

export interface MassComparisonPlotOptions extends FigureText {
  readonly panels: readonly MassPanel[];
  readonly xLabel?: string | undefined;
}

function check(panels: readonly MassPanel[]): void {
  requireSome("panels", panels.length);
  for (const [i, { counts, learned, exact }] of panels.entries()) {
    const field = `panels[${i}]`;
    requireSome(`${field}.counts`, counts.length);
    requireAllFinite(`${field}.counts`, counts);
    requireAllFinite(`${field}.learned`, learned);
    requireAllFinite(`${field}.exact`, exact);
    requireSameLength(`${field}.learned`, learned.length, `${field}.counts`, counts.length);
    requireSameLength(`${field}.exact`, exact.length, `${field}.counts`, counts.length);
  }
}

/** Half the summed distance: the largest error of the probability of any event, over the counts shown. */
function totalVariation({ learned, exact }: MassPanel): number {
  return learned.reduce((sum, mass, i) => sum + Math.abs(mass - (exact[i] ?? 0)), 0) / 2;
}

function massPanel(panel: MassPanel, columns: number, xLabel: string, isFirst: boolean): Panel {
  const { label, counts, learned, exact } = panel;
  const range = countRange(counts);
  const highest = Math.max(...learned, ...exact);
  const plot = countPanel({
    counts: range,
    yMax: highest > 0 ? 1.05 * highest : 1,
    xLabel,
    yLabel: isFirst ? "probability" : "",
    numColumns: columns,
    marks: [
      rect(counts, {
        x1: (count: number) => count - 0.4,
        x2: (count: number) => count + 0.4,
        y1: 0,
        y2: exact,
        fill: theme.reference,
        className: "exact",
      }),
      ruleY([0], { stroke: theme.muted }),
      dot(counts, { x: counts, y: learned, r: dotRadius(range, columns), fill: theme.estimate, className: "learned" }),
    ],
  });
  return withHeading(plot, label, `TV ${totalVariation(panel).toFixed(4)}`, MARGIN_LEFT);
}

/**
 * Learned against exact probability mass: one panel for each setting of the parameters, exact as bars, learned as dots.
 * Each panel has axes of its own: it is learned and exact that are compared, not the panels.
 * @returns a standalone SVG.
 * @throws PoolishError naming panel and entry for a number that is not finite, or for lists of unequal length.
 */
export function massComparisonPlot({ panels, title, subtitle, xLabel = "count" }: MassComparisonPlotOptions): string {
  check(panels);
  const columns = numColumns(panels.length);
  const drawn = panels.map((panel, i) => massPanel(panel, columns, xLabel, i % columns === 0));
  return composeFigure({
    title: title ?? "Learned and exact probability mass",
    subtitle,
    legend: [
      { symbol: "bar", colour: theme.reference, label: "exact" },
      { symbol: "dot", colour: theme.estimate, label: "learned" },
    ],
    body: panelGrid(drawn, columns, COLUMN_GAP),
    note:
      "TV is the total variation distance over the counts shown: the largest error of the probability of any event. " +
      "Axes differ.",
  });
}
