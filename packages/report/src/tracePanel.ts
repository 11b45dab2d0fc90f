import { axisX, axisY, line, lineX, type Markish, ruleX } from "@observablehq/plot";
import { AXIS_STYLE } from "./axisStyle.ts";
import { BODY_WIDTH } from "./composeFigure.ts";
import { type GridDensity, kernelDensity } from "./kernelDensity.ts";
import { type Panel, placePanel, renderPanel, withHeading } from "./panel.ts";
import { chainColour, isRepeatedColour, theme } from "./theme.ts";
import { type ValueAxis, valueAxis } from "./valueAxis.ts";

/** The draws of one parameter. */
export interface Trace {
  readonly name: string;
  /** One array of draws a chain; lengths may differ, but none may be empty. */
  readonly chains: readonly Float64Array[];
  /** One flag a draw for each chain, not 0 where the transition diverged: `sample_stats.diverging` of ArviZ. */
  readonly divergences?: readonly ArrayLike<number>[] | undefined;
}

/** More points than this a chain only make the file larger: there is about one a pixel. */
const MAX_POINTS = 400;
const TRACE_WIDTH = 560;
const HEIGHT = 128;
const AXIS_HEIGHT = 22;
const LABEL_HEIGHT = 18;
const NUM_VALUE_TICKS = 4;
/** Height of the ticks of divergences below the traces, as a share of theirs. */
const RUG_SHARE = 0.08;

/** Every how many draws one is drawn. */
export function thinning(length: number): number {
  return Math.ceil(length / MAX_POINTS);
}

function traceMark(chain: Float64Array, index: number): Markish {
  const step = thinning(chain.length);
  const draws = Array.from({ length: Math.ceil(chain.length / step) }, (_, i) => i * step);
  return line(draws, {
    x: (draw: number) => draw + 1,
    y: (draw: number) => chain[draw],
    stroke: chainColour(index),
    strokeWidth: 0.8,
    strokeOpacity: 0.75,
    className: "trace",
  });
}

/** Numbers, counted from 1, of the draws that ended a divergent transition in any chain. */
export function divergentDraws({ divergences = [] }: Trace): number[] {
  return divergences.flatMap((flags) => Array.from(flags).flatMap((flag, draw) => (flag === 0 ? [] : [draw + 1])));
}

function densityMark({ values, density }: GridDensity, chain: number): Markish {
  const dash = isRepeatedColour(chain) ? { strokeDasharray: "5 3" } : {};
  const style = { stroke: chainColour(chain), strokeWidth: 1.6, ...dash, className: "density" };
  return lineX(values, { x: density, y: values, ...style });
}

function highestDensity(densities: readonly (GridDensity | undefined)[]): number {
  const highest = Math.max(...densities.map((grid) => (grid === undefined ? 0 : Math.max(...grid.density))));
  return highest > 0 ? highest : 1;
}

/** Range of all draws; a parameter that never moves gets room around its value. */
function drawRange(chains: readonly Float64Array[]): [number, number] {
  let lower = Infinity;
  let upper = -Infinity;
  for (const chain of chains) {
    for (const draw of chain) {
      lower = Math.min(lower, draw);
      upper = Math.max(upper, draw);
    }
  }
  const room = lower === upper ? Math.max(Math.abs(lower) * 0.1, 1e-6) : 0;
  return [lower - room, upper + room];
}

/** The axis of the values of a trace. */
export function drawAxis({ chains }: Trace): ValueAxis {
  const [lower, upper] = drawRange(chains);
  return valueAxis(lower, upper, NUM_VALUE_TICKS);
}

/** Traces on the left, their densities on the right, with one axis of values for both, `axisWidth` pixels wide. */
export function tracePanel(trace: Trace, axisWidth: number, isLast: boolean): Panel {
  const { name, chains } = trace;
  const range = drawRange(chains);
  const axis = drawAxis(trace);
  const divergent = divergentDraws(trace);
  const floor = divergent.length > 0 ? range[0] - RUG_SHARE * (range[1] - range[0]) : range[0];
  const length = Math.max(...chains.map((chain) => chain.length));
  const bottom = AXIS_HEIGHT + (isLast ? LABEL_HEIGHT : 0);
  const frame = { height: HEIGHT + bottom - AXIS_HEIGHT, marginTop: 8, marginBottom: bottom };
  const traces = renderPanel({
    ...frame,
    width: TRACE_WIDTH,
    marginLeft: axisWidth,
    marginRight: 8,
    x: { domain: [1, Math.max(length, 2)] },
    y: { domain: [floor, range[1]] },
    marks: [
      ...chains.map(traceMark),
      ruleX(divergent, { x: divergent, y1: floor, y2: range[0], stroke: theme.alarm, className: "divergence" }),
      axisX({ ...AXIS_STYLE, ticks: 6, tickFormat: "d", label: isLast ? "draw" : null, labelOffset: 36 }),
      axisY({ ...AXIS_STYLE, ticks: NUM_VALUE_TICKS, ...axis.format, label: null }),
    ],
  });
  const densities = chains.map((chain) => kernelDensity(chain, range[0], range[1]));
  const densityPanel = renderPanel({
    ...frame,
    width: BODY_WIDTH - TRACE_WIDTH,
    marginLeft: 20,
    marginRight: 4,
    x: { domain: [0, highestDensity(densities)] },
    y: { domain: [floor, range[1]], axis: null },
    marks: [
      ...densities.map((grid, c) => (grid === undefined ? null : densityMark(grid, c))),
      axisX({ ...AXIS_STYLE, ticks: 0, label: isLast ? "density" : null, labelOffset: 36 }),
    ],
  });
  const markup = traces.markup + placePanel(densityPanel, TRACE_WIDTH, 0);
  return withHeading({ markup, width: BODY_WIDTH, height: frame.height }, name);
}
