import { describeSupport } from "@poolish/core";
import type { HierarchicalModel } from "./hierarchical.ts";
import { isLapse } from "./lapseUnit.ts";
import { describeInverse, type Link } from "./link.ts";
import type { FixedParameter, GroupPlan, ParameterPlan } from "./parameterPlan.ts";
import type { HierarchicalPlan } from "./planModel.ts";
import { type Prior, priorText } from "./prior.ts";

/**
 * The whole model in words and mathematics: data, every parameter with its formula, link and composition, every prior
 * (marked where it is a default), parametrisations with their reasons, and notices. Plain text, several lines.
 */
export function describe<Data>({ name, plan }: HierarchicalModel<Data>): string {
  const lines = [
    `Model ${name}, ${poolingText(plan)}`,
    ...plan.datasets.map((dataset) => {
      const own = dataset.name === "" ? "" : `${dataset.name}: `;
      return `  ${own}${dataset.columns.join(", ")} of ${dataset.numTrials} trials`;
    }),
    ...levelLines(plan),
    ...plan.parameters.flatMap((parameter) => ["", ...parameterLines(parameter, plan)]),
    ...plan.fixed.flatMap((parameter) => ["", fixedLine(parameter)]),
    ...(plan.notices.length === 0 ? [] : ["", "Notices"]),
    ...plan.notices.map((notice) => `  ${notice}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** What indicators stand for: differences from the first level, where a formula does not say otherwise. */
function levelLines({ parameters }: HierarchicalPlan): string[] {
  const lines = parameters.flatMap(({ design: { training } }) =>
    training.categorical.map((name) => {
      const [reference, ...others] = training.levels[name] ?? [];
      return `  ${name} has levels ${reference} (reference), ${others.join(", ")}`;
    }),
  );
  return [...new Set(lines)];
}

function poolingText({ pooling }: HierarchicalPlan): string {
  if (pooling === "partial") return "partial pooling: groups inform each other through group terms";
  return pooling === "complete"
    ? "complete pooling: group terms are left out"
    : "no pooling: each group is fitted as if alone";
}

function fixedLine({ name, value }: FixedParameter): string {
  return `${name} = ${value}, fixed`;
}

function parameterLines(parameter: ParameterPlan, { datasets }: HierarchicalPlan): string[] {
  const { name, spec, formulaText, link, coefficients, groups, alone } = parameter;
  const shared =
    parameter.datasets.length < 2 ? [] : [`  shared by ${parameter.datasets.map((d) => datasets[d].name).join(", ")}`];
  return [
    `${name} ~ ${formulaText}`,
    `  ${isLapse(spec) ? "the probability that a trial is a lapse" : `${describeSupport(spec.support)}, trained in [${spec.box.join(", ")}]`}, ${link.name} link`,
    ...shared,
    ...(alone === undefined
      ? []
      : [
          `  coefficients of its own for each of ${alone.levels.length} levels of ${alone.grouping}, without a common mean`,
        ]),
    `  ${compositionText(parameter, link)}`,
    ...coefficients.map((coefficient) => priorLine(coefficient.name, coefficient.prior)),
    ...groups.flatMap(groupLines),
  ];
}

/** "v = exp(v_Intercept + v_x x + v_1|g[g])". */
function compositionText({ name, coefficients, groups, alone }: ParameterPlan, link: Link): string {
  const own = alone === undefined ? "" : `[${alone.grouping}]`;
  const fixed = coefficients.map((each) => product(`${each.name}${own}`, each.column));
  const varying = groups.flatMap(({ grouping, coefficients: inner }) =>
    inner.map((each) => product(`${each.name}[${grouping}]`, each.column)),
  );
  return `${name} = ${describeInverse(link, [...fixed, ...varying].join(" + "))}`;
}

function product(coefficient: string, column: string): string {
  return column === "Intercept" ? coefficient : `${coefficient} · ${column}`;
}

function priorLine(variable: string, prior: Prior): string {
  return `  ${variable} ~ ${priorText(prior)}${prior.isCustom ? "" : "  (default)"}`;
}

function groupLines({ grouping, levels, coefficients, isCentred, reason, correlation }: GroupPlan): string[] {
  const names = coefficients.map(({ name }) => name);
  const scales = names.map((name) => `${name}_sigma`);
  const distribution =
    correlation === undefined
      ? names.map((name, k) => `  ${name} ~ normal(0, ${scales[k]})`)
      : [`  (${names.join(", ")}) ~ multivariateNormal(0, D R D), D = diag(${scales.join(", ")}), R correlations`];
  return [
    ...distribution,
    `    for each of ${levels.length} levels of ${grouping}; ${isCentred ? "centred" : "non-centred"} ${reason}`,
    ...coefficients.map(({ prior }, k) => priorLine(scales[k], prior)),
    ...(correlation === undefined
      ? []
      : [`  ${correlation.name} ~ lkj(${correlation.shape})${correlation.isCustom ? "" : "  (default)"}`]),
  ];
}
