import { axisX, axisY, dot, rect, ruleY } from "@observablehq/plot";
import { AXIS_STYLE } from "./axisStyle.ts";
import { BODY_WIDTH } from "./composeFigure.ts";
import { fitLabel, type Panel, panelGrid, renderPanel, withHeading } from "./panel.ts";
import { requireAllFinite, requireSameLength, requireSome } from "./requireFinite.ts";
import { theme } from "./theme.ts";

/** As many draws of each, row-major, one number a column. */
export interface TwinDraws {
  readonly emulated: ArrayLike<number>;
  readonly simulated: ArrayLike<number>;
}

export interface TwinBin {
  readonly lower: number;
  readonly upper: number;
  /** Shares of draws. */
  readonly simulated: number;
  readonly emulated: number;
}

const GAP = 20;
const LEFT = 52;
const HEIGHT = 170;
/** With no more distinct values than this, each has a bin of its own. */
const MOST_VALUES = 25;
const NUM_BINS = 30;
/** Share of all draws on each side that the outermost bins gather. */
const TAIL = 0.005;

/** One panel for each column. @throws PoolishError for draws that do not fill the columns, or are not finite. */
export function drawPanels(
  columns: readonly string[],
  { emulated, simulated }: TwinDraws,
  colourOf: (column: string) => string,
): Panel {
  requireSome("draws.simulated", simulated.length);
  requireSameLength("draws.emulated", emulated.length, "draws.simulated", simulated.length);
  requireAllFinite("draws.simulated", simulated);
  requireAllFinite("draws.emulated", emulated);
  const numColumns = Math.min(columns.length, 3);
  const width = (BODY_WIDTH - (numColumns - 1) * GAP) / numColumns;
  const panels = columns.map((column, c) => {
    const take = (values: ArrayLike<number>): number[] =>
      Array.from({ length: values.length / columns.length }, (_, i) => values[i * columns.length + c]);
    const bins = twinBins(take(simulated), take(emulated));
    return withHeading(binPanel(bins, width, c % numColumns === 0, colourOf(column)), column, "", LEFT);
  });
  return panelGrid(panels, numColumns, GAP);
}

/** Shares of both in common bins: one for each value where there are few, else of one width over nearly all draws. */
export function twinBins(simulated: readonly number[], emulated: readonly number[]): TwinBin[] {
  const all = [...simulated, ...emulated].sort((a, b) => a - b);
  const values = [...new Set(all)];
  if (values.length <= MOST_VALUES) {
    const spacing = values.slice(1).reduce((least, value, i) => Math.min(least, value - values[i]), 1);
    const shareOf = (draws: readonly number[], value: number): number =>
      draws.filter((each) => each === value).length / draws.length;
    return values.map((value) => {
      const [lower, upper] = [value - 0.4 * spacing, value + 0.4 * spacing];
      return { lower, upper, simulated: shareOf(simulated, value), emulated: shareOf(emulated, value) };
    });
  }
  const quantile = (p: number): number => all[Math.round(p * (all.length - 1))];
  const first = quantile(TAIL);
  const width = (quantile(1 - TAIL) - first) / NUM_BINS || 1;
  const counts = [simulated, emulated].map((draws) => {
    const shares = new Float64Array(NUM_BINS);
    for (const value of draws) {
      shares[Math.min(NUM_BINS - 1, Math.max(0, Math.floor((value - first) / width)))] += 1 / draws.length;
    }
    return shares;
  });
  return Array.from({ length: NUM_BINS }, (_, k) => {
    const lower = first + k * width;
    return { lower, upper: lower + width, simulated: counts[0][k], emulated: counts[1][k] };
  });
}

function binPanel(bins: readonly TwinBin[], width: number, isFirst: boolean, colour: string): Panel {
  const highest = Math.max(...bins.map(({ simulated, emulated }) => Math.max(simulated, emulated)));
  return renderPanel({
    width,
    height: HEIGHT,
    marginLeft: LEFT,
    marginRight: 6,
    marginTop: 6,
    marginBottom: 26,
    x: { domain: [bins[0].lower, bins[bins.length - 1].upper] },
    y: { domain: [0, 1.05 * highest] },
    marks: [
      rect(bins, { x1: "lower", x2: "upper", y1: 0, y2: "simulated", fill: theme.reference, className: "simulated" }),
      ruleY([0], { stroke: theme.muted }),
      dot(bins, {
        x: ({ lower, upper }: TwinBin) => (lower + upper) / 2,
        y: "emulated",
        r: 2.6,
        fill: colour,
        className: "emulated",
      }),
      axisX({ ...AXIS_STYLE, ticks: 4, label: null }),
      axisY({
        ...AXIS_STYLE,
        ticks: 4,
        label: isFirst ? fitLabel("share of draws", HEIGHT - 32) : null,
        labelOffset: 48,
      }),
    ],
  });
}
