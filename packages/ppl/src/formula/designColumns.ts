import { arithmeticColumn } from "./arithmetic.ts";
import { type Categories, categoriesOf } from "./categories.ts";
import { type Block, blocksOf, type CodedFactor } from "./contrasts.ts";
import { labelOf, type Term, type TermFactor } from "./formula.ts";
import type { FormulaContext } from "./formulaContext.ts";
import { refuseColumn } from "./formulaSource.ts";

/** The columns of one block of a term, which share a prior. */
export interface DesignBlock {
  /** The block's name: "Intercept", "x", "x:condition". */
  readonly label: string;
  /** Names of the levels of each column ("hard", "hard:left"); absent for a single column of numbers. */
  readonly levels?: readonly string[];
  /** "Intercept", "x", "x:condition[hard]"; one for each column. */
  readonly names: readonly string[];
  /** One number a row. */
  readonly columns: readonly Float64Array[];
  /** True for the intercept, and for indicators of all levels where there is none: a mean, not a difference. */
  readonly isLevel: boolean;
  /** Where its term stands in the formula. */
  readonly at: number;
}

/**
 * The columns that terms stand for, block by block. In a product of categories the first varies fastest, as in R.
 * @throws PoolishError for columns that are missing, values that are not finite and categories with one level.
 */
export function designBlocks(context: FormulaContext, terms: readonly Term[]): DesignBlock[] {
  const factors = new Map(terms.flatMap((term) => term.factors.map((factor) => [factor.label, factor])));
  const values = new Map([...factors].map(([label, factor]) => [label, factorValues(context, factor)]));
  const isCategorical = ({ label }: TermFactor): boolean => "levels" in valuesOf(values, label);
  return blocksOf(terms, isCategorical).flatMap((blocks, i) =>
    blocks.map((block) => designBlock(context, terms[i], block, values)),
  );
}

type FactorValues = Categories | { readonly numbers: Float64Array };

function factorValues(context: FormulaContext, factor: TermFactor): FactorValues {
  const categories = categoriesOf(context, factor);
  if (categories === undefined) return { numbers: arithmeticColumn(context, factor.syntax) };
  if (categories.levels.length > 1) return categories;
  const [level] = categories.levels;
  return refuseColumn(
    context.source,
    factor.at,
    factor.label,
    `all rows have the level "${level}"`,
    "Leave the term out.",
  );
}

function valuesOf(values: ReadonlyMap<string, FactorValues>, label: string): FactorValues {
  const found = values.get(label);
  if (found === undefined) throw new Error(`no values of ${label}`);
  return found;
}

/** A column with the parts of its name: one for each factor, "" in `level` for numbers. */
interface NamedColumn {
  readonly name: string;
  readonly level: string;
  readonly column: Float64Array;
}

function designBlock(
  { table }: FormulaContext,
  term: Term,
  block: Block,
  values: ReadonlyMap<string, FactorValues>,
): DesignBlock {
  const one: NamedColumn = { name: "", level: "", column: new Float64Array(table.numRows).fill(1) };
  const columns = block.reduce<NamedColumn[]>(
    (partial, coded) => multiply(partial, codedColumns(coded, values)),
    [one],
  );
  const label = labelOf({ factors: block.map(({ factor }) => factor) });
  return {
    label,
    names: columns.map(({ name }) => name || label),
    columns: columns.map(({ column }) => column),
    isLevel: block.every(({ coding }) => coding === "full"),
    at: term.factors[0]?.at ?? 0,
    ...(block.every(({ coding }) => coding === "numeric") ? {} : { levels: columns.map(({ level }) => level) }),
  };
}

function codedColumns({ factor, coding }: CodedFactor, values: ReadonlyMap<string, FactorValues>): NamedColumn[] {
  const { label } = factor;
  const found = valuesOf(values, label);
  if (!("levels" in found)) return [{ name: label, level: "", column: found.numbers }];
  const first = coding === "full" ? 0 : 1;
  return found.levels.slice(first).map((level, k) => ({
    name: `${label}[${level}]`,
    level,
    column: Float64Array.from(found.codes, (code) => (code === k + first ? 1 : 0)),
  }));
}

function multiply(left: readonly NamedColumn[], right: readonly NamedColumn[]): NamedColumn[] {
  return right.flatMap((b) =>
    left.map((a) => ({
      name: joined(a.name, b.name),
      level: joined(a.level, b.level),
      column: a.column.map((x, i) => x * b.column[i]),
    })),
  );
}

function joined(a: string, b: string): string {
  return a === "" || b === "" ? a + b : `${a}:${b}`;
}
