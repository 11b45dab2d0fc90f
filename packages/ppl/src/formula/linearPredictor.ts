import type { ModelContext } from "../model/model.ts";
import type { Node } from "../trace/node.ts";
import { type Cells, cellsOf } from "./cells.ts";
import type { Design } from "./design.ts";
import { type GroupEffects, groupEffects } from "./groupEffects.ts";
import { unlinkedNode } from "./link.ts";
import type { ParameterPlan } from "./parameterPlan.ts";
import { distributionOf } from "./prior.ts";

/**
 * Samples a parameter's coefficients and composes them on the scale of its link. Returns its value for each row of
 * `design` (a scalar where all rows share it). Records the parameter under its own name where it is one number, or one
 * for each group.
 */
export function sampleParameter(context: ModelContext, plan: ParameterPlan, design: Design): Node {
  const cells = cellsOf(design);
  const predict = plan.alone === undefined ? pooledPredictor : separatePredictor;
  const eta = predict(context, plan, design, cells);
  const value = unlinkedNode(plan.link, eta);
  if (eta.dims.length === 0 || eta.dims[0].name !== "") context.deterministic(plan.name, value);
  return eta.dims.length === 0 ? value : value.at(cells.cellOfRow);
}

/** Σ_k β_k x_k + Σ over group terms of u_k[group] x_k, one number a cell. */
function pooledPredictor(context: ModelContext, plan: ParameterPlan, design: Design, cells: Cells): Node {
  const means = plan.coefficients.map(({ name, prior }) => context.sample(name, distributionOf(prior)));
  const effects = plan.groups.map((group, g) => groupEffects(context, group, design.groups[g].levels, means));
  const taken = new Set(plan.groups.flatMap(({ coefficients }) => coefficients.map(({ mean }) => mean)));
  const fixed = means.flatMap((beta, k) => (taken.has(k) ? [] : [timesColumn(beta, cells.columns[k])]));
  return total([...fixed, ...effects.flatMap((group, g) => groupTerms(group, cells, g))]);
}

/** Every group has coefficients of its own, with the prior that the population's would have. */
function separatePredictor(
  { sample, plate }: ModelContext,
  { coefficients }: ParameterPlan,
  { groups: [alone] }: Design,
  cells: Cells,
): Node {
  const own = plate(alone.grouping, alone.levels, () =>
    coefficients.map(({ name, prior }) => sample(name, distributionOf(prior))),
  );
  return total(own.map((beta, k) => timesColumn(spreadOver(beta, cells, 0), cells.columns[k])));
}

function groupTerms(effects: GroupEffects, cells: Cells, g: number): Node[] {
  return effects.map((effect, k) => timesColumn(spreadOver(effect, cells, g), cells.groups[g].columns[k]));
}

/** A value over groups as one over cells; the same value where cells are the groups. */
function spreadOver(effect: Node, { numCells, groups }: Cells, g: number): Node {
  const { codes } = groups[g];
  const isSame = numCells === effect.dims[0].size && codes.every((code, cell) => code === cell);
  return isSame ? effect : effect.at(codes);
}

function timesColumn(coefficient: Node, column: Float64Array): Node {
  return column.every((x) => x === 1) ? coefficient : coefficient.mul(column);
}

function total(terms: readonly Node[]): Node {
  return terms.reduce((sum, term) => sum.add(term));
}
