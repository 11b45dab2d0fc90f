import { axisX, axisY, dot, line, ruleX, ruleY } from "@observablehq/plot";
import { PoolishError } from "@poolish/core";
import { AXIS_STYLE } from "./axisStyle.ts";
import { clipLine, type Point } from "./clipLine.ts";
import { BODY_WIDTH, composeFigure, type FigureText } from "./composeFigure.ts";
import { integerTicks } from "./integerTicks.ts";
import { type Panel, placePanel, renderPanel } from "./panel.ts";
import { requireFinite, requireSome } from "./requireFinite.ts";
import { svgText } from "./svgText.ts";
import { theme } from "./theme.ts";
import { valueAxis } from "./valueAxis.ts";
import { wrapText } from "./wrapText.ts";

export interface EpochLoss {
  readonly training: number;
  readonly validation: number;
}

export interface LossPlotOptions extends FigureText {
  /** One entry an epoch, from the first. */
  readonly epochs: readonly EpochLoss[];
  /** Index in `epochs`, from 0, of the epoch whose weights were kept. Pictures count epochs from 1. */
  readonly bestEpoch: number;
  /** What the loss is, with its unit. */
  readonly yLabel?: string | undefined;
}

const LABEL_HEIGHT = 22;

function check({ epochs, bestEpoch }: LossPlotOptions): void {
  requireSome("epochs", epochs.length);
  for (const [i, { training, validation }] of epochs.entries()) {
    requireFinite(`epochs[${i}].training`, training);
    requireFinite(`epochs[${i}].validation`, validation);
  }
  if (Number.isInteger(bestEpoch) && bestEpoch >= 0 && bestEpoch < epochs.length) return;
  throw new PoolishError(`expected an index of epochs, from 0 to ${epochs.length - 1}, got ${bestEpoch}`, {
    kind: "input",
    field: "bestEpoch",
    remedy: "Pass the index, counted from 0, of the epoch whose weights were kept.",
  });
}

/**
 * The vertical range. A few huge losses at the start would press everything else to the floor: when nine tenths of the
 * losses fill less than a fifth of the range, the frame shows these with some room, and the line leaves it at the top.
 */
function lossRange(epochs: readonly EpochLoss[]): [number, number] {
  const sorted = epochs.flatMap(({ training, validation }) => [training, validation]).sort((a, b) => a - b);
  const lower = sorted[0] ?? 0;
  const upper = sorted.at(-1) ?? 0;
  const typical = sorted[Math.floor(0.9 * (sorted.length - 1))] ?? upper;
  const top = typical - lower < 0.2 * (upper - lower) && typical > lower ? typical + 0.5 * (typical - lower) : upper;
  const room = top > lower ? 0.05 * (top - lower) : Math.max(Math.abs(top) * 0.05, 1e-6);
  return [lower - room, top + room];
}

function drawPanel({ epochs, bestEpoch, yLabel = "loss" }: LossPlotOptions, range: [number, number]): Panel {
  const series = (key: keyof EpochLoss): Point[] =>
    clipLine(
      epochs.map((epoch, i) => [i + 1, epoch[key]]),
      range[1],
    );
  const channels = { x: (point: Point) => point[0], y: (point: Point) => point[1] };
  const kept = (key: keyof EpochLoss) => series(key).filter(([epoch]) => epoch === bestEpoch + 1);
  const axis = valueAxis(range[0], range[1], 5);
  const plot = renderPanel({
    width: BODY_WIDTH,
    height: 280,
    marginLeft: axis.width,
    marginRight: 12,
    marginTop: 8,
    marginBottom: 42,
    x: { domain: [1, Math.max(epochs.length, 2)] },
    y: { domain: range },
    marks: [
      ruleY([range[0]], { stroke: theme.muted }),
      ruleX([bestEpoch + 1], { stroke: theme.ink, strokeDasharray: "5 3", className: "kept" }),
      line(series("training"), { ...channels, strokeWidth: 2, stroke: theme.alone, className: "training" }),
      line(series("validation"), { ...channels, strokeWidth: 2, stroke: theme.estimate, className: "validation" }),
      dot(kept("training"), { ...channels, r: 3.5, fill: theme.alone, className: "kept" }),
      dot(kept("validation"), { ...channels, r: 4.5, fill: theme.estimate, className: "kept" }),
      axisX(integerTicks(1, epochs.length, 10), { ...AXIS_STYLE, tickFormat: "d", label: "epoch", labelOffset: 38 }),
      axisY({ ...AXIS_STYLE, ticks: 5, ...axis.format, label: null }),
    ],
  });
  const [label = ""] = wrapText(yLabel, BODY_WIDTH, theme.size.tick, 1);
  const heading = svgText(0, theme.size.tick, label, { size: theme.size.tick });
  return { ...plot, markup: heading + placePanel(plot, 0, LABEL_HEIGHT), height: plot.height + LABEL_HEIGHT };
}

/**
 * Training and validation loss by epoch, with the epoch whose weights were kept.
 * @returns a standalone SVG.
 * @throws PoolishError naming the epoch for a loss that is not finite, and `bestEpoch` when there is no such epoch.
 */
export function lossPlot(options: LossPlotOptions): string {
  check(options);
  const { epochs, bestEpoch, title, subtitle } = options;
  const range = lossRange(epochs);
  const numOutside = epochs.filter(({ training, validation }) => Math.max(training, validation) > range[1]).length;
  const best = epochs[bestEpoch]?.validation.toPrecision(5).replace("-", "−");
  return composeFigure({
    title: title ?? "Training and validation loss by epoch",
    subtitle,
    legend: [
      { symbol: "line", colour: theme.alone, label: "training" },
      { symbol: "line", colour: theme.estimate, label: "validation" },
      { symbol: "dashed", colour: theme.ink, label: `kept: epoch ${bestEpoch + 1}, validation loss ${best}` },
    ],
    body: drawPanel(options, range),
    ...(numOutside > 0 ? { note: `${numOutside} of ${epochs.length} epochs have a loss above the frame.` } : {}),
  });
}
