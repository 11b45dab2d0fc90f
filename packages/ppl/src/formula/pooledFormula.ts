import { PoolishError } from "@poolish/core";
import { type Formula, type GroupTerm, groupingOf } from "./formula.ts";
import { refuseFormula } from "./formulaSource.ts";
import type { Pooling } from "./hierarchicalOptions.ts";
import { parseFormula } from "./parseFormula.ts";

/** The formula of a parameter that has none. */
export function defaultFormula(pooling: Pooling, group: string | undefined): string {
  const isPlain = group === undefined || /^[\p{L}_][\p{L}\p{N}_.:/]*$/u.test(group);
  return pooling === "partial" && group !== undefined ? `1 + (1 | ${isPlain ? group : `\`${group}\``})` : "1";
}

/**
 * A parameter's formula as the pooling has it: without its group terms for "complete"; for "none", with the groups that
 * are to have coefficients of their own as its only group term, of intercepts.
 * @throws PoolishError for a left side that is not the parameter, a formula without terms, and groups that do not fit.
 */
export function pooledFormula(
  parameter: string,
  text: string,
  pooling: Pooling,
  alone: GroupTerm | undefined,
): Formula {
  const formula = parseFormula(text, parameter);
  const { source, response } = formula;
  if (response !== undefined && response !== parameter) {
    refuseFormula(
      source,
      0,
      `the left side is ${response}, but the formula is for ${parameter}`,
      `Write ${parameter} ~ … or leave the left side out.`,
    );
  }
  if (alone !== undefined) refuseOtherGroups(formula, groupingOf(alone));
  const groups = alone !== undefined ? [alone] : pooling === "complete" ? [] : formula.groups;
  if (formula.terms.length + (pooling === "partial" ? groups.length : 0) > 0) return { ...formula, groups };
  return refuseFormula(
    source,
    0,
    "the formula has no terms",
    "Write 1 for an intercept, or fix the parameter at a number.",
  );
}

function refuseOtherGroups({ source, groups }: Formula, grouping: string): void {
  const other = groups.find((group) => groupingOf(group) !== grouping);
  if (other === undefined) return;
  refuseFormula(
    source,
    other.at,
    `without pooling each ${grouping} is alone, and the term over ${groupingOf(other)} reaches across`,
    'Leave the term out, or use pooling: "partial".',
  );
}

/**
 * The factor whose members are fitted one by one: `group`, or the only one that the formulas have.
 * @throws PoolishError when there is none, or more than one.
 */
export function aloneGroup(group: string | undefined, formulas: readonly string[]): GroupTerm {
  const text = group === undefined ? undefined : defaultFormula("partial", group);
  const groups = (text === undefined ? formulas : [text]).flatMap((formula) => parseFormula(formula).groups);
  const names = [...new Set(groups.map(groupingOf))];
  if (names.length === 1) return { ...groups[0], terms: [{ factors: [] }] };
  throw new PoolishError(`pooling: "none" needs one grouping column, the formulas have ${names.join(", ") || "none"}`, {
    kind: "model",
    field: "group",
    remedy: 'Name it: group: "subject".',
  });
}
