import { axisX, axisY, dot, rect, ruleY } from "@observablehq/plot";
import { AXIS_STYLE } from "./axisStyle.ts";
import { BODY_WIDTH, composeFigure, type FigureText } from "./composeFigure.ts";
import { fitLabel, type Panel, panelGrid, renderPanel, withHeading } from "./panel.ts";
import { requireAllFinite, requireSameLength, requireSome } from "./requireFinite.ts";
import { theme } from "./theme.ts";

export interface ContractedParameter {
  readonly name: string;
  /** One a simulation: 1 − posterior variance / prior variance. */
  readonly contractions: ArrayLike<number>;
  /** One a simulation: (posterior mean − truth) / posterior standard deviation. */
  readonly zScores: ArrayLike<number>;
  readonly meanSquaredZ?: number | undefined;
}

/** A `ContractionCheck` of @poolish/checks has all that is drawn. */
export interface ContractionPlotOptions extends FigureText {
  readonly parameters: readonly ContractedParameter[];
}

const COLUMNS = 3;
const GAP = 20;
const LEFT = 46;
const HEIGHT = 190;
/** Where 95 of 100 z-scores of normal posteriors lie. */
const USUAL = 1.96;

function check(parameters: readonly ContractedParameter[]): void {
  requireSome("parameters", parameters.length);
  for (const { name, contractions, zScores } of parameters) {
    requireSome(`${name}.contractions`, contractions.length);
    requireAllFinite(`${name}.contractions`, contractions);
    requireAllFinite(`${name}.zScores`, zScores);
    requireSameLength(`${name}.zScores`, zScores.length, `${name}.contractions`, contractions.length);
  }
}

function parameterPanel(parameter: ContractedParameter, lowest: number, highest: number, isFirst: boolean): Panel {
  const { name, contractions, zScores, meanSquaredZ } = parameter;
  const width = (BODY_WIDTH - (COLUMNS - 1) * GAP) / COLUMNS;
  const places = Array.from(contractions, (_, i) => i);
  const panel = renderPanel({
    width,
    height: HEIGHT,
    marginLeft: LEFT,
    marginRight: 8,
    marginTop: 6,
    marginBottom: 40,
    x: { domain: [lowest, 1], axis: null },
    y: { domain: [-highest, highest], axis: null },
    marks: [
      rect([0], {
        x1: lowest,
        x2: 1,
        y1: -USUAL,
        y2: USUAL,
        fill: theme.reference,
        fillOpacity: 0.5,
        className: "usual",
      }),
      ruleY([0], { stroke: theme.muted }),
      dot(places, {
        x: (i: number) => contractions[i],
        y: (i: number) => zScores[i],
        r: 1.8,
        fill: theme.estimate,
        fillOpacity: 0.55,
        className: "simulation",
      }),
      axisX({ ...AXIS_STYLE, ticks: 4, label: fitLabel("contraction", width - LEFT), labelOffset: 36 }),
      axisY({ ...AXIS_STYLE, ticks: 5, label: isFirst ? "z-score" : null, labelOffset: 42 }),
    ],
  });
  return withHeading(panel, name, meanSquaredZ === undefined ? "" : `mean z² ${meanSquaredZ.toFixed(2)}`, LEFT);
}

/**
 * Posterior contraction against z-score, a dot a simulation and a panel a parameter: to the right the data say much, beyond
 * the band the truth is far from the posterior.
 * @returns a standalone SVG.
 * @throws PoolishError naming the parameter for lists of unequal length and numbers that are not finite.
 */
export function contractionPlot({ parameters, title, subtitle }: ContractionPlotOptions): string {
  check(parameters);
  // By reduce: there may be more simulations than a call takes arguments.
  const contractions = parameters.flatMap((own) => Array.from(own.contractions));
  const lowest = contractions.reduce((least, value) => Math.min(least, value), 0);
  const distances = parameters.flatMap(({ zScores }) => Array.from(zScores, Math.abs));
  const highest = Math.max(3, 1.05 * distances.reduce((most, value) => Math.max(most, value), 0));
  const panels = parameters.map((parameter, i) => parameterPanel(parameter, lowest, highest, i % COLUMNS === 0));
  return composeFigure({
    title: title ?? "Posterior contraction and z-scores",
    subtitle,
    legend: [
      { symbol: "dot", colour: theme.estimate, label: "a simulation" },
      { symbol: "bar", colour: theme.reference, label: "where 95 of 100 z-scores lie" },
    ],
    body: panelGrid(panels, COLUMNS, GAP),
    note: "Contraction is 1 − posterior variance / prior variance; the mean squared z-score of a right posterior is 1.",
  });
}
