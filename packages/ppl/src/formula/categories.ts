import type { TermFactor } from "./formula.ts";
import { columnOf, type FormulaContext } from "./formulaContext.ts";
import { type FormulaColumn, isText, levelsOf } from "./formulaData.ts";
import { refuseColumn, refuseFormula } from "./formulaSource.ts";
import type { Syntax } from "./syntax.ts";

/** A categorical factor with the code of each row; the first level is the reference. */
export interface Categories {
  readonly levels: readonly string[];
  readonly codes: Int32Array;
}

/**
 * The categories of a factor: a column of text, a column with declared levels, or `C(column)` and `C(column, "reference")`;
 * undefined for a factor of numbers. Levels are those of the training data; the reference is the first, or the stated one.
 * @throws PoolishError naming column and row of a label that is missing or unknown.
 */
export function categoriesOf(context: FormulaContext, { syntax }: TermFactor): Categories | undefined {
  const named = categoricalName(context, syntax);
  if (named === undefined) return undefined;
  const column = columnOf(context, named.name, named.at);
  const known = knownLevels(context, named.name, column);
  const levels = named.reference === undefined ? known : withReference(context, known, named.reference);
  return { levels, codes: codesOf(context, column, levels, named.name, named.at) };
}

/**
 * Codes of a grouping column, whether it holds numbers or text. Groups that the training data do not have come last, in
 * order of appearance, unless the column is a predictor too. @throws PoolishError as `categoriesOf` does.
 */
export function groupingCategories(context: FormulaContext, { label, at }: TermFactor): Categories {
  const column = columnOf(context, label, at);
  const known = knownLevels(context, label, column);
  const isPredictor = context.training.categorical.has(label);
  const levels = isPredictor ? known : [...new Set([...known, ...Array.from(column, String)])];
  const codes = codesOf(context, column, levels, label, at);
  context.training.levels.set(label, levels);
  return { levels, codes };
}

interface CategoricalName {
  readonly name: string;
  readonly at: number;
  readonly reference?: Extract<Syntax, { kind: "text" | "number" }>;
}

function categoricalName(context: FormulaContext, syntax: Syntax): CategoricalName | undefined {
  if (syntax.kind === "name") {
    const { name, at } = syntax;
    if (isText(columnOf(context, name, at))) context.training.categorical.add(name);
    return context.training.categorical.has(name) ? { name, at } : undefined;
  }
  if (syntax.kind !== "call" || syntax.name !== "C") return undefined;
  const [inner, reference] = syntax.inputs;
  const isReference = reference === undefined || reference.kind === "text" || reference.kind === "number";
  if (inner?.kind !== "name" || !isReference || syntax.inputs.length > 2) {
    return refuseFormula(
      context.source,
      syntax.at,
      "C takes a column and perhaps its reference level",
      'Write C(x) or C(x, "control").',
    );
  }
  return { name: inner.name, at: inner.at, ...(reference === undefined ? {} : { reference }) };
}

function knownLevels({ training }: FormulaContext, name: string, column: FormulaColumn): readonly string[] {
  const known = training.levels.get(name) ?? levelsOf(column);
  training.levels.set(name, known);
  return known;
}

function withReference(
  context: FormulaContext,
  levels: readonly string[],
  reference: NonNullable<CategoricalName["reference"]>,
): readonly string[] {
  const label = String(reference.value);
  if (!levels.includes(label)) {
    refuseFormula(context.source, reference.at, `"${label}" is no level`, `The levels are ${levels.join(", ")}.`);
  }
  return [label, ...levels.filter((level) => level !== label)];
}

function codesOf(
  context: FormulaContext,
  column: FormulaColumn,
  levels: readonly string[],
  name: string,
  at: number,
): Int32Array {
  const codeOf = new Map(levels.map((level, code) => [level, code]));
  return Int32Array.from({ length: column.length }, (_, row) => {
    const label = String(column[row]);
    if (label === "" || label === "NaN") {
      refuseColumn(context.source, at, name, "the label is missing", "Fill it in or leave out the row.", row);
    }
    const code = codeOf.get(label);
    if (code !== undefined) return code;
    return refuseColumn(
      context.source,
      at,
      name,
      `unknown level "${label}"`,
      `The levels are ${levels.join(", ")}.`,
      row,
    );
  });
}
