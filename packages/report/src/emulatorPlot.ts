import { axisX, dot, type Markish, rect, ruleX, ruleY } from "@observablehq/plot";
import { AXIS_STYLE } from "./axisStyle.ts";
import { BODY_WIDTH, composeFigure, type FigureText } from "./composeFigure.ts";
import { drawPanels, type TwinDraws } from "./emulatorDraws.ts";
import type { LegendEntry } from "./legend.ts";
import { type Panel, panelGrid, placePanel, renderPanel, withHeading } from "./panel.ts";
import { requireFinite, requireSome } from "./requireFinite.ts";
import { svgText } from "./svgText.ts";
import { textWidth } from "./textWidth.ts";
import { chainColour, theme } from "./theme.ts";
import { wrapText } from "./wrapText.ts";

/** Accuracies of a classifier that tells emulator and simulator apart. */
export interface EmulatorGroup {
  readonly label: string;
  /** `column` is undefined for all columns jointly. */
  readonly comparisons: readonly { readonly column: string | undefined; readonly accuracy: number }[];
}

/** An `EmulatorCheck` of @poolish/checks has all that is drawn. */
export interface EmulatorPlotOptions extends FigureText {
  readonly columns: readonly string[];
  readonly together: EmulatorGroup;
  readonly groups: readonly EmulatorGroup[];
  /** Accuracies from which a difference is found, for all together and for each group. */
  readonly togetherThreshold: number;
  readonly groupThreshold: number;
  readonly draws: TwinDraws;
  /** Shown below the title unless a subtitle is given. */
  readonly verdict?: string | undefined;
}

const ROW = 24;
const BOTTOM = 42;
const MAX_LABEL_WIDTH = 180;

function check({ columns, together, groups, ...rest }: EmulatorPlotOptions): void {
  requireSome("columns", columns.length);
  requireFinite("togetherThreshold", rest.togetherThreshold);
  if (groups.length > 0) requireFinite("groupThreshold", rest.groupThreshold);
  for (const { label, comparisons } of [together, ...groups]) {
    requireSome(`${label}.comparisons`, comparisons.length);
    for (const { column, accuracy } of comparisons) requireFinite(`${label}.${column ?? "jointly"}`, accuracy);
  }
}

function colourOf(columns: readonly string[], column: string | undefined): string {
  return column === undefined ? theme.ink : chainColour(columns.indexOf(column));
}

function accuracyMarks(
  rows: readonly EmulatorGroup[],
  thresholds: readonly number[],
  left: number,
  columns: readonly string[],
): Markish[] {
  const points = rows.flatMap(({ comparisons }, row) => comparisons.map((each) => ({ ...each, row })));
  return [
    rect(thresholds, {
      x1: left,
      x2: (threshold: number) => threshold,
      y1: (_: number, row: number) => row - 0.5,
      y2: (_: number, row: number) => row + 0.5,
      fill: theme.reference,
      fillOpacity: 0.45,
      className: "null",
    }),
    ruleY(
      rows.map((_, row) => row - 0.5),
      { stroke: theme.rule },
    ),
    ruleX([0.5], { stroke: theme.muted }),
    dot(points, {
      x: "accuracy",
      y: "row",
      r: ({ column }: { column?: string }) => (column === undefined ? 5 : 3.8),
      symbol: ({ column }: { column?: string }) => (column === undefined ? "diamond" : "circle"),
      fill: ({ column }: { column?: string }) => colourOf(columns, column),
      className: "accuracy",
    }),
  ];
}

function accuracyPanel({ columns, together, groups, ...rest }: EmulatorPlotOptions): Panel {
  const rows = [together, ...groups];
  const labels = rows.map(({ label }) => wrapText(label, MAX_LABEL_WIDTH, theme.size.label, 1)[0] ?? "");
  const left = Math.max(...labels.map((label) => textWidth(label, theme.size.label))) + 14;
  const thresholds = rows.map((_, row) => (row === 0 ? rest.togetherThreshold : rest.groupThreshold));
  const accuracies = rows.flatMap(({ comparisons }) => comparisons.map(({ accuracy }) => accuracy));
  const domain = [Math.min(0.45, ...accuracies) - 0.01, Math.max(0.6, ...accuracies, ...thresholds) + 0.02];
  const panel = renderPanel({
    width: BODY_WIDTH,
    height: rows.length * ROW + BOTTOM + 6,
    marginLeft: left,
    marginRight: 8,
    marginTop: 6,
    marginBottom: BOTTOM,
    x: { domain },
    y: { domain: [rows.length - 0.5, -0.5], axis: null },
    marks: [
      ...accuracyMarks(rows, thresholds, domain[0], columns),
      axisX({ ...AXIS_STYLE, ticks: 7, label: "held-out accuracy of a classifier", labelOffset: 38 }),
    ],
  });
  const words = labels.map((label, row) => {
    const isShort = label !== rows[row].label;
    const style = { size: theme.size.label, ...(isShort && { tooltip: rows[row].label }) };
    return svgText(0, 6 + (row + 0.5) * ROW + theme.size.label * 0.36, label, style);
  });
  return { ...panel, markup: placePanel(panel, 0, 0) + words.join("") };
}

function legend({ columns }: EmulatorPlotOptions): LegendEntry[] {
  const jointly: LegendEntry[] = columns.length > 1 ? [{ symbol: "dot", colour: theme.ink, label: "jointly" }] : [];
  const alone = columns.map((label): LegendEntry => ({ symbol: "dot", colour: colourOf(columns, label), label }));
  return [
    ...jointly,
    ...alone,
    { symbol: "bar", colour: theme.reference, label: "no difference found; simulator below" },
  ];
}

/**
 * The emulator beside the simulator where the posterior lives: above, how well a classifier tells them apart, for each
 * group and column, on the range in which no difference is found; below, the draws of each column, the simulator's as
 * bars and the emulator's as dots.
 * @returns a standalone SVG.
 * @throws PoolishError naming the field for an empty list and for numbers that are not finite.
 */
export function emulatorPlot(options: EmulatorPlotOptions): string {
  check(options);
  const { title, subtitle, verdict, columns, draws } = options;
  const accuracies = withHeading(accuracyPanel(options), "Can they be told apart?");
  const columnPanels = drawPanels(columns, draws, (column) => colourOf(columns, column));
  return composeFigure({
    title: title ?? "Emulator against simulator",
    subtitle: subtitle ?? verdict,
    legend: legend(options),
    body: panelGrid([accuracies, { ...columnPanels, width: accuracies.width }], 1, 16),
    note:
      "An accuracy of .5 is guessing. Draws of all groups at the same posterior draws: the simulator's as bars, the " +
      "emulator's as dots; the outermost bins hold what lies beyond.",
  });
}
