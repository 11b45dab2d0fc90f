import { areaY, axisX, axisY, contour, dot, frame, line, type Markish, ruleX, ruleY } from "@observablehq/plot";
import { PoolishError } from "@poolish/core";
import { AXIS_STYLE } from "./axisStyle.ts";
import { BODY_WIDTH, composeFigure, type FigureText } from "./composeFigure.ts";
import { highestDensityLevels } from "./highestDensityLevels.ts";
import { kernelDensity } from "./kernelDensity.ts";
import type { LegendEntry } from "./legend.ts";
import { fitLabel, type Panel, placePanel, renderPanel } from "./panel.ts";
import { planeDensity } from "./planeDensity.ts";
import { requireAllFinite, requireFinite, requireSameLength, requireSome } from "./requireFinite.ts";
import { svgText } from "./svgText.ts";
import { theme } from "./theme.ts";
import { wrapText } from "./wrapText.ts";

export interface PairParameter {
  readonly name: string;
  /** One number a draw; the same draws for all parameters. */
  readonly draws: ArrayLike<number>;
  /** A known value to mark: the truth of a simulation, or another estimate. */
  readonly reference?: number | undefined;
}

export interface PairPlotOptions extends FigureText {
  /** Two to eight. */
  readonly parameters: readonly PairParameter[];
  /** What the references are; "true value" unless told. */
  readonly referenceLabel?: string | undefined;
}

const MOST_PARAMETERS = 8;
/** More points than this a panel only make the file larger. */
const MAX_POINTS = 400;
const GAP = 8;
const LEFT = 46;
const BOTTOM = 38;
const SHARES = [0.9, 0.5];

type Range = readonly [number, number];

function check(parameters: readonly PairParameter[]): void {
  requireSome("parameters", parameters.length);
  if (parameters.length < 2 || parameters.length > MOST_PARAMETERS) {
    throw new PoolishError(`expected 2 to ${MOST_PARAMETERS} parameters, got ${parameters.length}`, {
      kind: "input",
      field: "parameters",
      remedy: "Choose those whose joint posterior matters.",
    });
  }
  for (const { name, draws, reference } of parameters) {
    requireSome(`${name}.draws`, draws.length);
    requireAllFinite(`${name}.draws`, draws);
    requireSameLength(`${name}.draws`, draws.length, `${parameters[0].name}.draws`, parameters[0].draws.length);
    if (reference !== undefined) requireFinite(`${name}.reference`, reference);
  }
}

/** All draws and the reference, with 3 % to spare on each side. */
function rangeOf({ draws, reference }: PairParameter): Range {
  let lower = reference ?? Infinity;
  let upper = reference ?? -Infinity;
  for (let i = 0; i < draws.length; i++) {
    lower = Math.min(lower, draws[i]);
    upper = Math.max(upper, draws[i]);
  }
  const margin = upper > lower ? 0.03 * (upper - lower) : Math.max(Math.abs(upper), 1) * 0.1;
  return [lower - margin, upper + margin];
}

interface Cell {
  readonly size: number;
  readonly isLast: boolean;
  readonly isFirst: boolean;
}

function cellPanel({ size, isLast, isFirst }: Cell, x: PairParameter, y: Range, marks: readonly Markish[], label = "") {
  const ticks = size > 120 ? 4 : 3;
  return renderPanel({
    width: size + (isFirst ? LEFT : 0),
    height: size + (isLast ? BOTTOM : 0),
    marginLeft: isFirst ? LEFT : 0,
    marginRight: 0,
    marginTop: 0,
    marginBottom: isLast ? BOTTOM : 0,
    x: { domain: [...rangeOf(x)], axis: null },
    y: { domain: [...y], axis: null },
    marks: [
      ...marks,
      frame({ stroke: theme.rule }),
      isLast ? axisX({ ...AXIS_STYLE, ticks, label: fitLabel(x.name, size), labelOffset: 34 }) : null,
      isFirst && label !== "" ? axisY({ ...AXIS_STYLE, ticks, label: fitLabel(label, size), labelOffset: 42 }) : null,
    ],
  });
}

function marginalPanel(parameter: PairParameter, cell: Cell): Panel {
  const { draws, reference } = parameter;
  const [lower, upper] = rangeOf(parameter);
  const grid = kernelDensity(draws, lower, upper);
  const known = reference === undefined ? null : referenceX(reference);
  if (grid === undefined) {
    return cellPanel(cell, parameter, [0, 1], [ruleX([draws[0]], { stroke: theme.estimate }), known]);
  }
  const at = { x: grid.values, y: grid.density };
  const marks = [
    areaY(grid.values, { ...at, fill: theme.estimate, fillOpacity: 0.15 }),
    line(grid.values, { ...at, stroke: theme.estimate, strokeWidth: 1.6, className: "marginal" }),
    known,
  ];
  return cellPanel(cell, parameter, [0, 1.08 * Math.max(...grid.density)], marks);
}

function referenceX(value: number): Markish {
  return ruleX([value], { stroke: theme.chains[5], className: "reference" });
}

function pairPanel(x: PairParameter, y: PairParameter, cell: Cell): Panel {
  const [xRange, yRange] = [rangeOf(x), rangeOf(y)];
  const step = Math.ceil(x.draws.length / MAX_POINTS);
  const points = Array.from({ length: Math.ceil(x.draws.length / step) }, (_, i) => i * step);
  const { size, density } = planeDensity(x.draws, y.draws, xRange, yRange);
  const grid = { width: size, height: size, x1: xRange[0], x2: xRange[1], y1: yRange[0], y2: yRange[1] };
  const marks = [
    dot(points, {
      x: (i: number) => x.draws[i],
      y: (i: number) => y.draws[i],
      r: 1.1,
      fill: theme.alone,
      fillOpacity: 0.35,
      className: "draws",
    }),
    contour(Array.from(density), {
      ...grid,
      thresholds: highestDensityLevels(density, SHARES),
      stroke: theme.estimate,
      strokeWidth: 1.4,
      className: "contours",
    }),
    x.reference === undefined ? null : referenceX(x.reference),
    y.reference === undefined ? null : ruleY([y.reference], { stroke: theme.chains[5], className: "reference" }),
  ];
  return cellPanel(cell, x, yRange, marks, y.name);
}

/** The lower triangle: marginals on the diagonal, pairs below it. */
function triangle(parameters: readonly PairParameter[]): Panel {
  const count = parameters.length;
  const size = Math.min(Math.floor((BODY_WIDTH - LEFT - (count - 1) * GAP) / count), 300);
  let markup = "";
  parameters.forEach((y, row) => {
    for (let column = 0; column <= row; column++) {
      const x = parameters[column];
      const cell = { size, isLast: row === count - 1, isFirst: column === 0 };
      const panel = column === row ? marginalPanel(y, cell) : pairPanel(x, y, cell);
      const left = LEFT + column * (size + GAP) - (column === 0 ? LEFT : 0);
      markup += placePanel(panel, left, row * (size + GAP));
    }
    const name = wrapText(y.name, size - 12, theme.size.label, 1, true)[0] ?? "";
    const at = LEFT + row * (size + GAP);
    markup += svgText(at + size - 6, row * (size + GAP) + 18, name, {
      size: theme.size.label,
      isBold: true,
      anchor: "end",
    });
  });
  return { markup, width: LEFT + count * (size + GAP) - GAP, height: count * (size + GAP) - GAP + BOTTOM };
}

/**
 * The joint posterior of two to eight parameters: marginal densities on the diagonal, below it each pair as draws with
 * the contours that enclose the densest 50 % and 90 % of them.
 * @returns a standalone SVG.
 * @throws PoolishError naming parameter and draw for a draw that is not finite, and for lists of unequal length.
 */
export function pairPlot({ parameters, title, subtitle, referenceLabel = "true value" }: PairPlotOptions): string {
  check(parameters);
  const hasReference = parameters.some(({ reference }) => reference !== undefined);
  const legend: LegendEntry[] = [
    { symbol: "line", colour: theme.estimate, label: "50 % and 90 % of the draws; density" },
    { symbol: "dot", colour: theme.alone, label: "draws" },
    ...(hasReference ? [{ symbol: "line", colour: theme.chains[5], label: referenceLabel } as const] : []),
  ];
  const step = Math.ceil(parameters[0].draws.length / MAX_POINTS);
  return composeFigure({
    title: title ?? "Joint posterior",
    subtitle,
    legend,
    body: triangle(parameters),
    note: step === 1 ? "" : `Dots show one draw in ${step}; densities and contours use all.`,
  });
}
