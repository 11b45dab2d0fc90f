import { divergenceSummary } from "@poolish/mcmc";
import type { CompiledModel } from "@poolish/ppl";
import type { ChainResult } from "./chainTask.ts";
import { coordinatesOf } from "./coordinates.ts";
import { joinChains } from "./drawTable.ts";
import type { Funnel } from "./funnels.ts";

/** A parameter where divergences gather on one side of the draws. Compared on the unconstrained scale. */
export interface DivergentParameter {
  /** `tau`, `rate[5]`. */
  readonly name: string;
  /** (median where divergent trajectories began - median of draws) / standard deviation of draws. */
  readonly shift: number;
  /** The probability that a divergent trajectory began above a draw: 0 = all below, ½ = no relation. */
  readonly probabilityAbove: number;
}

/** The parameters where divergences concentrate (`divergenceSummary` says which), most telling first. */
export function divergentParameters(
  model: CompiledModel,
  chains: readonly ChainResult[],
): readonly DivergentParameter[] {
  const starts = chains.flatMap(({ divergences = [] }) => divergences.map(({ position }) => position));
  if (starts.length === 0) return [];
  const coordinates = coordinatesOf(model);
  return divergenceSummary(starts, joinChains(chains.map(({ positions }) => positions)), model.layout.dim)
    .filter(({ isConcentrated }) => isConcentrated)
    .map(({ coordinate, shift, probabilityAbove }) => {
      return { name: coordinates[coordinate].name, shift, probabilityAbove };
    });
}

/** How many parameters a notice names; a plate may have thousands. */
const NUM_NAMED = 5;

/** What a reader should know about the divergences: how many, where, and what to do. */
export function divergenceNotice(
  count: number,
  total: number,
  parameters: readonly DivergentParameter[],
  funnels: readonly Funnel[],
): string {
  const diverged = `${count} of ${total} draws diverged`;
  if (funnels.length > 0) return `${diverged}, ${funnels.slice(0, NUM_NAMED).map(describeFunnel).join("; ")}.`;
  if (parameters.length > 0) {
    return `${diverged}, mostly where ${listPlaces(parameters)}: raise targetAcceptance, or reparametrise there.`;
  }
  return `${diverged}: raise targetAcceptance, or reparametrise where the scale of a group is near 0.`;
}

function describeFunnel({ parameter, side, site, canBeNonCentered }: Funnel): string {
  const remedy = canBeNonCentered
    ? `write sample("${site}", nonCentered(…)), or raise targetAcceptance`
    : `sample the deviations of ${site} on a scale of their own, or raise targetAcceptance`;
  return `mostly where ${parameter} is ${side} and narrows ${site}: a funnel; ${remedy}`;
}

function listPlaces(parameters: readonly DivergentParameter[]): string {
  const places = parameters
    .slice(0, NUM_NAMED)
    .map(({ name, probabilityAbove }) => `${name} is ${probabilityAbove < 0.5 ? "low" : "high"}`);
  const numMore = parameters.length - places.length;
  return numMore === 0 ? places.join(", ") : `${places.join(", ")} (and ${numMore} more)`;
}
