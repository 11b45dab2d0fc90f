import { composeFigure, type FigureText } from "./composeFigure.ts";
import type { LegendEntry } from "./legend.ts";
import { panelGrid } from "./panel.ts";
import { requireAllFinite, requireSameLength, requireSome } from "./requireFinite.ts";
import { chainColour, isRepeatedColour, theme } from "./theme.ts";
import { divergentDraws, drawAxis, type Trace, thinning, tracePanel } from "./tracePanel.ts";

export interface TracePlotsOptions extends FigureText {
  readonly parameters: readonly Trace[];
}

export type TracePlotOptions = Trace & FigureText;

function check(parameters: readonly Trace[]): void {
  requireSome("parameters", parameters.length);
  for (const { name, chains, divergences } of parameters) {
    requireSome(`${name}.chains`, chains.length);
    for (const [c, chain] of chains.entries()) {
      requireSome(`${name}.chains[${c}]`, chain.length);
      requireAllFinite(`${name}.chains[${c}]`, chain);
    }
    if (divergences === undefined) continue;
    requireSameLength(`${name}.divergences`, divergences.length, `${name}.chains`, chains.length);
    for (const [c, flags] of divergences.entries()) {
      requireSameLength(`${name}.divergences[${c}]`, flags.length, `${name}.chains[${c}]`, chains[c]?.length ?? 0);
    }
  }
}

function legend(parameters: readonly Trace[]): LegendEntry[] {
  const numChains = Math.max(...parameters.map(({ chains }) => chains.length));
  const chains = Array.from({ length: numChains }, (_, c): LegendEntry => {
    return { symbol: isRepeatedColour(c) ? "dashed" : "line", colour: chainColour(c), label: `chain ${c + 1}` };
  });
  const numDivergences = Math.max(...parameters.map((trace) => divergentDraws(trace).length));
  if (numDivergences === 0) return chains;
  const label = numDivergences === 1 ? "1 divergence" : `${numDivergences} divergences`;
  return [...chains, { symbol: "tick", colour: theme.alarm, label }];
}

function note(parameters: readonly Trace[]): string {
  const longest = Math.max(...parameters.flatMap(({ chains }) => chains.map((chain) => chain.length)));
  const step = thinning(longest);
  const thinned = step === 1 ? "" : `Traces show one draw in ${step}; densities use all ${longest} of each chain. `;
  const hasConstant = parameters.some(({ chains }) => chains.some((chain) => chain.every((draw) => draw === chain[0])));
  const constant = hasConstant ? "A chain that never moves has no density. " : "";
  return `${thinned}${constant}Chains that agree lie on top of each other, left and right.`;
}

/**
 * The draws of several parameters below each other: traces by chain, and beside each the density of every chain. Long
 * chains are thinned for the traces, and the picture says so; divergent transitions are ticks below the traces.
 * @returns a standalone SVG.
 * @throws PoolishError naming parameter, chain and draw for a draw that is not finite, or for flags of another length.
 */
export function tracePlots({ parameters, title, subtitle }: TracePlotsOptions): string {
  check(parameters);
  const axisWidth = Math.max(...parameters.map((trace) => drawAxis(trace).width));
  const panels = parameters.map((trace, i) => tracePanel(trace, axisWidth, i === parameters.length - 1));
  return composeFigure({
    title: title ?? "Draws by chain, and their densities",
    subtitle,
    legend: legend(parameters),
    body: panelGrid(panels, 1, 6),
    note: note(parameters),
  });
}

/** `tracePlots` of one parameter. */
export function tracePlot({ title, subtitle, ...trace }: TracePlotOptions): string {
  return tracePlots({ parameters: [trace], title, subtitle });
}
