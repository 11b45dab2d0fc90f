import { normal } from "@poolish/distributions";
import type { ModelContext } from "../model/model.ts";
import type { Node } from "../trace/node.ts";
import { type CorrelationFactor, correlationFactor } from "./correlationFactor.ts";
import type { GroupPlan } from "./parameterPlan.ts";
import { distributionOf } from "./prior.ts";

/** A value over the groups for each coefficient of a group term: what multiplies its column. */
export type GroupEffects = readonly Node[];

/**
 * Samples the coefficients of a group term: standard deviations, correlations, then one value a group for each column,
 * over the groups `levels`: as deviations from the population, or around the population's coefficient where the term takes its mean up (`means`
 * are the population's coefficients). Records the deviations under the coefficients' names.
 */
export function groupEffects(
  context: ModelContext,
  plan: GroupPlan,
  levels: readonly string[],
  means: readonly Node[],
): GroupEffects {
  const scales = plan.coefficients.map(({ name, prior }) => context.sample(`${name}_sigma`, distributionOf(prior)));
  const factor = correlationFactor(context, plan);
  return plan.isCentred
    ? centredEffects(context, plan, levels, means, scales, factor)
    : offsetEffects(context, plan, levels, scales, factor);
}

/** u = diag(σ) L z with standard normal z. */
function offsetEffects(
  { sample, plate, deterministic }: ModelContext,
  { grouping, coefficients }: GroupPlan,
  levels: readonly string[],
  scales: readonly Node[],
  factor: CorrelationFactor | undefined,
): GroupEffects {
  const offsets = plate(grouping, levels, () => coefficients.map(({ name }) => sample(`${name}_offset`, normal(0, 1))));
  return coefficients.map(({ name }, k) => {
    const standard = mixed(offsets.slice(0, k + 1), factor?.[k]) ?? offsets[k];
    return deterministic(name, standard.mul(scales[k]));
  });
}

/** The same distribution, one coefficient given those before it: u_k ~ normal(μ_k + σ_k Σ_{j<k} L_kj z_j, σ_k L_kk). */
function centredEffects(
  { sample, plate, deterministic }: ModelContext,
  { grouping, coefficients }: GroupPlan,
  levels: readonly string[],
  means: readonly Node[],
  scales: readonly Node[],
  factor: CorrelationFactor | undefined,
): GroupEffects {
  const standard: Node[] = [];
  return coefficients.map(({ name, mean }, k) => {
    const center = mean === undefined ? undefined : means[mean];
    const row = factor?.[k];
    const shift = mixed(standard, row)?.mul(scales[k]);
    const location = center === undefined ? (shift ?? 0) : shift === undefined ? center : shift.add(center);
    const scale = row === undefined || k === 0 ? scales[k] : scales[k].mul(row[k]);
    const site = center === undefined ? name : `${name}_coefficient`;
    const effect = plate(grouping, levels, () => sample(site, normal(location, scale)));
    if (center !== undefined) deterministic(name, effect.sub(center));
    standard.push(effect.sub(location).div(scale));
    return effect;
  });
}

/** Σ_j row_j z_j over the given z; undefined for none, or for coefficients that are independent. */
function mixed(standard: readonly Node[], row: readonly Node[] | undefined): Node | undefined {
  if (row === undefined || standard.length === 0) return undefined;
  return standard.map((z, j) => z.mul(row[j])).reduce((sum, term) => sum.add(term));
}
