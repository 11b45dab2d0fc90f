import { axisX, axisY, type Markish } from "@observablehq/plot";
import { AXIS_STYLE } from "./axisStyle.ts";
import { BODY_WIDTH } from "./composeFigure.ts";
import { integerTicks } from "./integerTicks.ts";
import { fitLabel, type Panel, renderPanel } from "./panel.ts";
import { exponential, type ValueAxis } from "./valueAxis.ts";

export interface CountPanelOptions {
  /** First and last count that the axis must show. */
  readonly counts: readonly [number, number];
  /** Upper end of the vertical axis, which begins at 0. */
  readonly yMax: number;
  readonly yTicks?: readonly number[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly numColumns: number;
  readonly marks: readonly Markish[];
}

export const COLUMN_GAP = 20;
/** Where the plotting area begins, and the heading above it. */
export const MARGIN_LEFT = 62;
const MARGIN_RIGHT = 6;
const MARGIN_TOP = 10;
const MARGIN_BOTTOM = 42;
const HEIGHT = 200;

/** Three panels a row are the most that stay legible; two and four look better in pairs. */
export function numColumns(numPanels: number): number {
  return numPanels === 2 || numPanels === 4 ? 2 : Math.min(numPanels, 3);
}

function panelWidth(columns: number): number {
  return (BODY_WIDTH - (columns - 1) * COLUMN_GAP) / columns;
}

/** Half the width of a bar in pixels, when each count of [first, last] has one. */
export function halfSpacing([first, last]: readonly [number, number], columns: number): number {
  return (panelWidth(columns) - MARGIN_LEFT - MARGIN_RIGHT) / (2 * (last - first + 1));
}

/** Radius of a dot that leaves its neighbours at other counts alone. */
export function dotRadius(counts: readonly [number, number], columns: number): number {
  return Math.min(3.5, Math.max(1, halfSpacing(counts, columns) * 0.8));
}

/** Labels of the vertical axis stay narrow enough for its margin: 0.05, 2500, 20k, 5e-4. */
function countTickFormat(yMax: number): ValueAxis["format"] {
  if (yMax < 0.01) return { tickFormat: exponential };
  return yMax < 2 ? {} : { tickFormat: yMax < 10_000 ? "d" : "~s" };
}

/** A small plot over counts, with integer ticks below and a vertical axis from 0. */
export function countPanel({ counts, yMax, yTicks, xLabel, yLabel, numColumns, marks }: CountPanelOptions): Panel {
  const [first, last] = counts;
  const width = panelWidth(numColumns);
  const innerWidth = width - MARGIN_LEFT - MARGIN_RIGHT;
  const yStyle = {
    ...AXIS_STYLE,
    ...countTickFormat(yMax),
    label: fitLabel(yLabel, HEIGHT - MARGIN_TOP - MARGIN_BOTTOM),
    labelOffset: 58,
  };
  return renderPanel({
    width,
    height: HEIGHT,
    marginLeft: MARGIN_LEFT,
    marginRight: MARGIN_RIGHT,
    marginTop: MARGIN_TOP,
    marginBottom: MARGIN_BOTTOM,
    x: { domain: [first - 0.5, last + 0.5] },
    y: { domain: [0, yMax] },
    marks: [
      ...marks,
      axisX(integerTicks(first, last, 7), {
        ...AXIS_STYLE,
        tickFormat: "d",
        label: fitLabel(xLabel, innerWidth),
        labelOffset: 36,
      }),
      yTicks === undefined ? axisY({ ...yStyle, ticks: 4 }) : axisY(yTicks, yStyle),
    ],
  });
}
