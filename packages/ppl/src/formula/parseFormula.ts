import { type Formula, type GroupTerm, groupingOf } from "./formula.ts";
import { type FormulaSource, refuseFormula } from "./formulaSource.ts";
import { parseSyntax } from "./parseSyntax.ts";
import { type Syntax, startOf, textOf } from "./syntax.ts";
import { groupingTermsOf, keyOf, termsOf } from "./termAlgebra.ts";

/**
 * Reads a formula in the notation of lme4 and bambi: `1 + x * condition + (1 + x | subject) + (1 | item)`, with or
 * without a left side. An intercept is there unless `0 +` or `- 1` says otherwise, also in group terms; `||` makes the
 * coefficients of a group independent; `(1 | g/h)` is (1 | g) + (1 | g:h). `field` is what messages call the formula.
 * @throws PoolishError with the column at which the formula goes wrong and what to write there.
 */
export function parseFormula(text: string, field = "formula"): Formula {
  const source: FormulaSource = { field, text };
  const syntax = parseSyntax(source);
  const [left, right] =
    syntax.kind === "binary" && syntax.operator === "~" ? [syntax.left, syntax.right] : [undefined, syntax];
  const groups: GroupTerm[] = [];
  const terms = termsOf(source, right, (group) => groups.push(...groupTermsOf(source, group)));
  refuseRepeatedGroups(source, groups);
  return { source, terms, groups, ...(left === undefined ? {} : { response: responseOf(source, left) }) };
}

function responseOf(source: FormulaSource, left: Syntax): string {
  if (left.kind === "name") return left.name;
  return refuseFormula(
    source,
    startOf(left),
    `the left side ${textOf(left)} is no name`,
    "Put one name before the ~, or nothing.",
  );
}

function groupTermsOf(
  source: FormulaSource,
  { operator, left, right, at }: Extract<Syntax, { kind: "binary" }>,
): GroupTerm[] {
  const terms = termsOf(source, left, (inner) =>
    refuseFormula(
      source,
      inner.at,
      "a group term inside a group term",
      "Add the second one with +: (1 | g) + (1 | h).",
    ),
  );
  if (terms.length === 0) {
    refuseFormula(
      source,
      at,
      "nothing varies over the groups",
      "Write (1 | g) for intercepts, (0 + x | g) for slopes alone.",
    );
  }
  return groupingTermsOf(source, right).map(({ factors }) => ({
    terms,
    factors,
    isCorrelated: operator === "|",
    at: startOf(left),
  }));
}

/** A coefficient that varies over the same groups twice has two standard deviations that nothing can tell apart. */
function refuseRepeatedGroups(source: FormulaSource, groups: readonly GroupTerm[]): void {
  const seen = new Set<string>();
  for (const { factors, terms, at } of groups) {
    for (const term of terms) {
      const key = `${keyOf(term)}|${keyOf({ factors })}`;
      if (seen.has(key)) {
        const grouping = groupingOf({ factors, terms, at, isCorrelated: true });
        refuseFormula(
          source,
          at,
          `this term already varies over ${grouping}`,
          "Leave one of the two out; a further group term has an intercept of its own unless it says 0 +.",
        );
      }
      seen.add(key);
    }
  }
}
