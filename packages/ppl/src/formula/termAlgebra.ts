import type { Term, TermFactor } from "./formula.ts";
import { type FormulaSource, refuseFormula } from "./formulaSource.ts";
import { type Syntax, startOf, textOf } from "./syntax.ts";

const INTERCEPT: Term = { factors: [] };

/** Called with each group term `(… | g)` that a sum has. */
type OnGroup = (syntax: Extract<Syntax, { kind: "binary" }>) => void;

/**
 * The terms that a sum says, by the algebra of Wilkinson & Rogers 1973 as R spells it: `a * b` = a + b + a:b, `a / b` =
 * a + a:b, `(a + b)^2` all products of up to two, `- a` leaves out, 0 and 1 switch the intercept; the last word counts.
 * Sorted by the number of factors, else in the order of the formula.
 * @throws PoolishError with the column of what is no term.
 */
export function termsOf(source: FormulaSource, syntax: Syntax, onGroup: OnGroup): Term[] {
  const terms = sumOf(source, syntax, [INTERCEPT], onGroup);
  return terms.toSorted((a, b) => a.factors.length - b.factors.length);
}

/** Grouping factors: the products of columns that `g`, `g:h`, `g/h` and `g + h` stand for. */
export function groupingTermsOf(source: FormulaSource, syntax: Syntax): Term[] {
  const terms = productsOf(source, syntax);
  for (const { syntax: factor, at } of terms.flatMap(({ factors }) => factors)) {
    if (factor.kind === "name") continue;
    refuseFormula(
      source,
      at,
      `${textOf(factor)} is no grouping column`,
      "Group by columns: (1 | g), (1 | g:h), (1 | g/h).",
    );
  }
  return terms;
}

/** `initial` with what the operands of + and − add and remove, from left to right. */
function sumOf(source: FormulaSource, syntax: Syntax, initial: readonly Term[], onGroup: OnGroup): Term[] {
  if (syntax.kind === "binary" && (syntax.operator === "+" || syntax.operator === "-")) {
    const left = sumOf(source, syntax.left, initial, onGroup);
    return syntax.operator === "+"
      ? sumOf(source, syntax.right, left, onGroup)
      : without(left, removedBy(source, syntax.right));
  }
  if (syntax.kind === "sign") {
    return syntax.operator === "+"
      ? sumOf(source, syntax.operand, initial, onGroup)
      : without(initial, removedBy(source, syntax.operand));
  }
  if (syntax.kind === "number") {
    const removed = without(initial, [INTERCEPT]);
    return isIntercept(source, syntax) ? [INTERCEPT, ...removed] : removed;
  }
  if (syntax.kind === "binary" && (syntax.operator === "|" || syntax.operator === "||")) {
    onGroup(syntax);
    return [...initial];
  }
  return union(initial, productsOf(source, syntax));
}

/** `- 1` removes the intercept; `- 0` would add it, which R allows and nobody means. */
function removedBy(source: FormulaSource, syntax: Syntax): readonly Term[] {
  if (syntax.kind !== "number") return productsOf(source, syntax);
  if (isIntercept(source, syntax)) return [INTERCEPT];
  return refuseFormula(source, syntax.at, '"- 0" removes nothing', "Write + 1 for an intercept, + 0 or - 1 for none.");
}

function isIntercept(source: FormulaSource, { value, at }: Extract<Syntax, { kind: "number" }>): boolean {
  if (value === 0 || value === 1) return value === 1;
  return refuseFormula(
    source,
    at,
    `the number ${value} is no term`,
    "Only 0 and 1 stand alone; write arithmetic inside I(…), e.g. I(2 * x).",
  );
}

/** The terms of a subexpression that switches no intercept. */
function productsOf(source: FormulaSource, syntax: Syntax): Term[] {
  switch (syntax.kind) {
    case "name":
    case "call":
      return [{ factors: [{ label: textOf(syntax), syntax, at: syntax.at }] }];
    case "binary":
      return combinationOf(source, syntax);
    case "number":
      return refuseFormula(
        source,
        syntax.at,
        `the number ${syntax.value} cannot be combined with terms`,
        "Write arithmetic inside I(…), e.g. I(2 * x).",
      );
    case "text":
      return refuseFormula(
        source,
        syntax.at,
        "quoted text is no term",
        "Put column names between backticks, not quotes.",
      );
    case "sign":
      return refuseFormula(
        source,
        syntax.at,
        `"${syntax.operator}" cannot stand inside a product`,
        "Write arithmetic inside I(…), e.g. I(-x).",
      );
  }
}

function combinationOf(source: FormulaSource, syntax: Extract<Syntax, { kind: "binary" }>): Term[] {
  const { operator, left, right, at } = syntax;
  if (operator === "^") return powerOf(source, left, right, at);
  if (operator === "|" || operator === "||" || operator === "~") {
    const remedy = operator === "~" ? "A formula has one left side." : "Add group terms with +: x + (1 | group).";
    return refuseFormula(source, at, `"${operator}" cannot stand inside a term`, remedy);
  }
  const a = productsOf(source, left);
  const b = productsOf(source, right);
  switch (operator) {
    case "+":
      return union(a, b);
    case "-":
      return without(a, b);
    case ":":
      return crossed(a, b);
    case "*":
      return union(union(a, b), crossed(a, b));
    case "/":
      return union(a, crossed([{ factors: a.flatMap(({ factors }) => factors) }], b));
  }
}

function powerOf(source: FormulaSource, left: Syntax, right: Syntax, at: number): Term[] {
  const base = productsOf(source, left);
  if (right.kind !== "number" || !Number.isInteger(right.value) || right.value < 1) {
    refuseFormula(
      source,
      startOf(right),
      "the power of terms is no whole number from 1",
      "Write (a + b)^2 for all pairs, or I(x^0.5) for arithmetic.",
    );
  }
  if (base.length === 1) {
    const text = textOf(left);
    refuseFormula(
      source,
      at,
      `${text} to a power of terms is ${text} again`,
      `Write I(${text}^${right.value}) for the number's power.`,
    );
  }
  let terms = base;
  for (let order = 2; order <= right.value; order++) terms = union(terms, crossed(terms, base));
  return terms;
}

function crossed(a: readonly Term[], b: readonly Term[]): Term[] {
  return union(
    [],
    a.flatMap((left) => b.map((right) => ({ factors: distinct([...left.factors, ...right.factors]) }))),
  );
}

function distinct(factors: readonly TermFactor[]): TermFactor[] {
  return factors.filter(({ label }, i) => factors.findIndex((other) => other.label === label) === i);
}

function union(a: readonly Term[], b: readonly Term[]): Term[] {
  const keys = new Set(a.map(keyOf));
  const added = b.filter((term) => !keys.has(keyOf(term)) && keys.add(keyOf(term)));
  return [...a, ...added];
}

function without(terms: readonly Term[], removed: readonly Term[]): Term[] {
  const keys = new Set(removed.map(keyOf));
  return terms.filter((term) => !keys.has(keyOf(term)));
}

/** a:b and b:a are one term. */
export function keyOf({ factors }: Term): string {
  return JSON.stringify(factors.map(({ label }) => label).toSorted());
}
