import { divergenceSummary } from "@poolish/mcmc";
import type { CompiledModel } from "@poolish/ppl";
import type { ChainResult } from "./chainTask.ts";
import { coordinatesOf } from "./coordinates.ts";

/** A parameter where divergences gather on one side of the draws. Compared on the unconstrained scale. */
export interface DivergentParameter {
  /** `tau`, `rate[5]`. */
  readonly name: string;
  /** (median where divergent trajectories began - median of draws) / standard deviation of draws. */
  readonly shift: number;
  /** The probability that a divergent trajectory began above a draw: 0 = all below, ½ = no relation. */
  readonly probabilityAbove: number;
  /** The parameter is positive, and divergences begin where it is small: the funnel of a hierarchy's scale. */
  readonly isFunnel: boolean;
}

/** The parameters where divergences concentrate (`divergenceSummary` says which), most telling first. */
export function divergentParameters(
  model: CompiledModel,
  chains: readonly ChainResult[],
): readonly DivergentParameter[] {
  const starts = chains.flatMap(({ divergences = [] }) => divergences.map(({ position }) => position));
  if (starts.length === 0) return [];
  const coordinates = coordinatesOf(model);
  return divergenceSummary(starts, concatenate(chains), model.layout.dim)
    .filter(({ isConcentrated }) => isConcentrated)
    .map(({ coordinate, shift, probabilityAbove }) => {
      const { name, support } = coordinates[coordinate];
      const isScale = support.lower === 0 && support.upper === Infinity;
      return { name, shift, probabilityAbove, isFunnel: isScale && probabilityAbove < 0.5 };
    });
}

function concatenate(chains: readonly ChainResult[]): Float64Array {
  const all = new Float64Array(chains.reduce((length, { positions }) => length + positions.length, 0));
  let at = 0;
  for (const { positions } of chains) {
    all.set(positions, at);
    at += positions.length;
  }
  return all;
}

/** How many parameters a notice names; a plate may have thousands. */
const NUM_NAMED = 5;

/** What a reader should know about the divergences: how many, where, and what to do. */
export function divergenceNotice(count: number, total: number, parameters: readonly DivergentParameter[]): string {
  const diverged = `${count} of ${total} draws diverged`;
  const scales = parameters.filter(({ isFunnel }) => isFunnel);
  if (scales.length > 0) {
    const what = scales.length === 1 ? `what ${scales[0].name} scales` : "what these scale";
    return `${diverged}, mostly where ${listPlaces(scales)}: a funnel. Write ${what} in the non-centred form (mean + scale × z with z ~ normal(0, 1)), or raise targetAcceptance.`;
  }
  if (parameters.length > 0) {
    return `${diverged}, mostly where ${listPlaces(parameters)}: raise targetAcceptance, or reparametrise there.`;
  }
  return `${diverged}: raise targetAcceptance, or reparametrise where the scale of a group is near 0.`;
}

function listPlaces(parameters: readonly DivergentParameter[]): string {
  const places = parameters
    .slice(0, NUM_NAMED)
    .map(({ name, probabilityAbove }) => `${name} is ${probabilityAbove < 0.5 ? "low" : "high"}`);
  const numMore = parameters.length - places.length;
  return numMore === 0 ? places.join(", ") : `${places.join(", ")} (and ${numMore} more)`;
}
