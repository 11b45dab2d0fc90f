import { type ParameterSpec, PoolishError } from "@poolish/core";
import { defaultPriors } from "./defaultPriors.ts";
import type { Design, GroupDesign } from "./design.ts";
import { type LinkOptions, linkFor } from "./link.ts";
import {
  type Coefficient,
  type CorrelationPlan,
  type GroupCoefficient,
  type GroupPlan,
  namesOf,
  type ParameterPlan,
} from "./parameterPlan.ts";
import { type Prior, parseCorrelationPrior, parsePrior, parseScalePrior } from "./prior.ts";

/** What users say about priors and parametrisation. */
export interface PlanChoices {
  readonly priors: Readonly<Record<string, string>>;
  /** For all group terms, or by "v|subject". */
  readonly centred: boolean | Readonly<Record<string, boolean>> | undefined;
  /** What `priors` and `centred` may name; filled while parameters are planned. */
  readonly known: { readonly priors: Set<string>; readonly terms: Set<string> };
}

export interface ParameterRequest extends LinkOptions {
  readonly name: string;
  readonly spec: ParameterSpec;
  readonly formulaText: string;
  readonly datasets: readonly number[];
  readonly design: Design;
  /** The groups that are fitted alone, without pooling: they are no group term then. */
  readonly alone?: GroupDesign;
}

/** LKJ shape of correlations by default: mildly towards 0 (2 halves the density of ±.7 against lkj(1)). */
const DEFAULT_SHAPE = 2;
/**
 * Trials per coefficient and group from which coefficients are centred: where data dominate the groups' prior, as n τ² / σ²
 * above about 2 (Betancourt & Girolami 2015, §3). Measured on 20 groups with an intercept and a slope: groups that differ
 * by a quarter of what a trial scatters give 4 times the effective draws a second centred at 100 trials, a fifth of them
 * if they differ by a tenth; offsets are slower at worst, and never diverged.
 */
const CENTRED_FROM = 50;

/** Settles link, priors and parametrisation of a parameter. @throws PoolishError for choices that cannot be right. */
export function planParameter(request: ParameterRequest, choices: PlanChoices): ParameterPlan {
  const { name, spec, design, alone, formulaText, datasets } = request;
  const link = linkFor(name, spec.support, request);
  const pooled = alone === undefined ? design : { ...design, groups: [] };
  const priors = defaultPriors(pooled, link, spec.box);
  const coefficients = namesOf(design.blocks).map(
    (column, k): Coefficient => ({
      name: `${name}_${column}`,
      column,
      prior: chosen(choices, `${name}_${column}`, parsePrior, priors.fixed[k]),
    }),
  );
  const groups = pooled.groups.map((group, g) => planGroup(request, group, priors.groups[g], choices));
  return {
    name,
    spec,
    formulaText,
    link,
    datasets,
    design,
    coefficients,
    groups: withMeans(groups, coefficients),
    ...(alone === undefined ? {} : { alone: { grouping: alone.grouping, levels: alone.levels } }),
  };
}

function chosen(
  choices: PlanChoices,
  name: string,
  parse: (text: string, field: string) => Prior,
  fallback: Prior,
): Prior {
  choices.known.priors.add(name);
  return name in choices.priors ? parse(choices.priors[name], name) : fallback;
}

function planGroup(
  { name }: ParameterRequest,
  group: GroupDesign,
  priors: readonly Prior[],
  choices: PlanChoices,
): GroupPlan {
  const { grouping, levels } = group;
  const coefficients = namesOf(group.blocks).map((column, k): GroupCoefficient => {
    const own = `${name}_${shortName(column)}|${grouping}`;
    return { name: own, column, prior: chosen(choices, `${own}_sigma`, parseScalePrior, priors[k]) };
  });
  return {
    grouping,
    levels,
    coefficients,
    ...parametrisation(name, group, coefficients.length, choices),
    ...(group.isCorrelated && coefficients.length > 1
      ? { correlation: planCorrelation(name, group, coefficients, choices) }
      : {}),
  };
}

function planCorrelation(
  name: string,
  { grouping }: GroupDesign,
  coefficients: readonly GroupCoefficient[],
  choices: PlanChoices,
): CorrelationPlan {
  const columns = coefficients.map(({ column }) => shortName(column));
  const own = `${name}_${columns.join("+")}|${grouping}_correlation`;
  choices.known.priors.add(own);
  const isCustom = own in choices.priors;
  return {
    name: own,
    shape: isCustom ? parseCorrelationPrior(choices.priors[own], own) : DEFAULT_SHAPE,
    isCustom,
    pairs: columns
      .slice(1)
      .map((second, i) => columns.slice(0, i + 1).map((first) => `${name}_${first}~${second}|${grouping}_correlation`)),
  };
}

/** lme4 and bambi call an intercept that varies over groups "1|group". */
function shortName(column: string): string {
  return column === "Intercept" ? "1" : column;
}

function parametrisation(
  name: string,
  { grouping, levels, codes }: GroupDesign,
  width: number,
  { centred, known }: PlanChoices,
): { isCentred: boolean; reason: string } {
  const key = `${name}|${grouping}`;
  known.terms.add(key);
  const choice = typeof centred === "object" ? centred[key] : centred;
  if (choice !== undefined) return { isCentred: choice, reason: "as asked" };
  const median = medianCount(codes, levels.length);
  const isCentred = median / width >= CENTRED_FROM;
  const each = width === 1 ? "" : ` for ${width} coefficients`;
  return {
    isCentred,
    reason: `by default: the median group has ${median} trials${each}, ${isCentred ? "at least" : "below"} ${CENTRED_FROM} each`,
  };
}

function medianCount(codes: Int32Array, numLevels: number): number {
  const counts = new Int32Array(numLevels);
  for (const code of codes) counts[code]++;
  counts.sort();
  return (counts[(numLevels - 1) >> 1] + counts[numLevels >> 1]) / 2;
}

/** Gives each centred coefficient the population's as its mean, once: only one factor can take a mean up. */
function withMeans(groups: readonly GroupPlan[], coefficients: readonly Coefficient[]): GroupPlan[] {
  const taken = new Set<number>();
  return groups.map((group) => {
    if (!group.isCentred) return group;
    const centred = group.coefficients.map((coefficient): GroupCoefficient => {
      const mean = coefficients.findIndex(({ column }) => column === coefficient.column);
      if (mean < 0 || taken.has(mean)) return coefficient;
      taken.add(mean);
      return { ...coefficient, mean };
    });
    return { ...group, coefficients: centred };
  });
}

/** @throws PoolishError for a name in `priors` or `centred` that no variable has, listing those that there are. */
export function refuseUnknownChoices({ priors, centred, known }: PlanChoices): void {
  refuseUnknown(Object.keys(priors), known.priors, "Priors go by variable");
  refuseUnknown(Object.keys(typeof centred === "object" ? centred : {}), known.terms, "`centred` goes by group term");
}

function refuseUnknown(names: readonly string[], known: ReadonlySet<string>, rule: string): void {
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new PoolishError("the model has nothing of that name", {
    kind: "model",
    field: unknown,
    remedy: `${rule}: ${[...known].join(", ") || "there are none"}.`,
  });
}
